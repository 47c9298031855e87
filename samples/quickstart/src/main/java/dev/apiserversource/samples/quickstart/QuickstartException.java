package dev.apiserversource.samples.quickstart;

/** A failure that is shown to the user by its message alone, without a stack trace. */
final class QuickstartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    QuickstartException(String message) {
        super(message);
    }
}
