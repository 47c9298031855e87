package dev.apiserversource.samples.eventreceiver;

/** A request that is not accepted: the HTTP status of the response, and the reason as text for its body. */
final class RejectedRequestException extends RuntimeException {

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;
    private static final int UNAVAILABLE = 503;

    private final int status;

    private RejectedRequestException(int status, String reason) {
        // A response, not a defect: no stack trace is needed.
        super(reason, null, false, false);
        this.status = status;
    }

    /** The request claims to be a CloudEvent and violates the specification. */
    static RejectedRequestException malformed(String reason) {
        return new RejectedRequestException(BAD_REQUEST, reason);
    }

    /** The body is longer than {@code limit} bytes. */
    static RejectedRequestException tooLarge(int limit) {
        return new RejectedRequestException(TOO_LARGE, "the body is longer than " + limit + " bytes");
    }

    /** The request is not a CloudEvent, or its format is not supported. */
    static RejectedRequestException unsupported(String reason) {
        return new RejectedRequestException(UNSUPPORTED_MEDIA_TYPE, reason);
    }

    /** All bodies together are longer than {@code limit} bytes. */
    static RejectedRequestException overloaded(int limit) {
        return new RejectedRequestException(
                UNAVAILABLE, "the bodies of all requests together are longer than " + limit + " bytes: try later");
    }

    int status() {
        return status;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    Reply reply() {
        return new Reply(status, reason(), status == UNAVAILABLE ? "1" : null);
    }
}
