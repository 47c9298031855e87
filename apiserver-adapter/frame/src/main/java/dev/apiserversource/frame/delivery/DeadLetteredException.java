package dev.apiserversource.frame.delivery;

/** The sink did not take the event, the dead letter sink has: the delivery failed, and yet nothing remains to be done for the event. */
final class DeadLetteredException extends Exception {

    private static final long serialVersionUID = 1L;

    /** {@code cause} is what the delivery to the sink failed with. */
    DeadLetteredException(Throwable cause) {
        super("taken by the dead letter sink: " + cause.getMessage(), cause);
    }
}
