package dev.apiserversource.frame.delivery;

/** How the delivery of an event ended. */
public enum Outcome {

    /** The sink answered 2xx. */
    DELIVERED,

    /** The sink's answer was final, or the retries were used up. The dead letter sink answered 2xx. */
    DEAD_LETTERED,

    /** The sink's answer was final, or the retries were used up, and there is no dead letter sink. */
    DROPPED,

    /** A newer event of the same key was accepted in its place, and has an outcome of its own. It was never sent. */
    SUPERSEDED,

    /** The process stopped before the event was settled. It is delivered after the restart, possibly a second time. */
    PENDING_AT_STOP;

    /** Whether the event is done with, so that the low-water mark can pass it. */
    public boolean isSettled() {
        return this != PENDING_AT_STOP;
    }
}
