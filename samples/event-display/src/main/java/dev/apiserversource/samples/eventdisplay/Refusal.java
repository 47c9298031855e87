package dev.apiserversource.samples.eventdisplay;

/** Why a request is not taken: the HTTP status to answer with, and the reason in words for whoever sent it. */
final class Refusal extends RuntimeException {

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    private final int status;

    private Refusal(int status, String reason) {
        // An answer, not a defect: nobody reads its stack trace.
        super(reason, null, false, false);
        this.status = status;
    }

    /** The request claims to be a CloudEvent and breaks a rule of the specification. */
    static Refusal malformed(String reason) {
        return new Refusal(BAD_REQUEST, reason);
    }

    /** The body is longer than {@code limit} bytes. */
    static Refusal tooLarge(int limit) {
        return new Refusal(TOO_LARGE, "the body is longer than " + limit + " bytes");
    }

    /** The request is no CloudEvent, or one in a format that is not read here. */
    static Refusal unsupported(String reason) {
        return new Refusal(UNSUPPORTED_MEDIA_TYPE, reason);
    }

    int status() {
        return status;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
