package dev.apiserversource.adapter.delivery;

/** How the delivery of an event ended. */
public enum Outcome {

    /** The sink answered 2xx. */
    DELIVERED,

    /** The event was finally refused; sending it again would not help. */
    GIVEN_UP,

    /** The process stops before the event was settled: after a restart it has to be sent again, perhaps for the second time. */
    ABANDONED;

    /** Whether nothing remains to be done for the event, so that the low-water mark may pass it. */
    public boolean isSettled() {
        return this != ABANDONED;
    }
}
