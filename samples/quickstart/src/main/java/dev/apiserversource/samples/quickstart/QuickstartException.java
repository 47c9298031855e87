package dev.apiserversource.samples.quickstart;

/** Something that ends the quickstart, told in words for the person in front of it. */
final class QuickstartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    QuickstartException(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
