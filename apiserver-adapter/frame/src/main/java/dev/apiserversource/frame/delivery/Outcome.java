package dev.apiserversource.frame.delivery;

/** How the delivery of an event ended. */
public enum Outcome {

    /** The sink answered 2xx. */
    DELIVERED,

    /** The sink refused the event for good or did not take it within the retries granted; the dead letter sink answered 2xx. */
    DEAD_LETTERED,

    /** The sink refused the event for good or did not take it within the retries granted, and there is no dead letter sink. */
    GIVEN_UP,

    /** The process stops before the event was settled: after a restart it has to be sent again, perhaps for the second time. */
    ABANDONED;

    /** Whether nothing remains to be done for the event, so that the low-water mark may pass it. */
    public boolean isSettled() {
        return this != ABANDONED;
    }
}
