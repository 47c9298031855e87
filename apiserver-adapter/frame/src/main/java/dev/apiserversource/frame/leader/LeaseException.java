package dev.apiserversource.frame.leader;

/** The Lease could not be read or written. */
final class LeaseException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** The API server answered with HTTP {@code status}; 0 when it did not answer. */
    LeaseException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Whether the Lease has another resourceVersion than the write named. */
    static boolean isConflict(Throwable failure) {
        return failure instanceof LeaseException lease && lease.status == 409;
    }

    /** Whether a right is missing, or there is no such Lease. */
    static boolean isUnavailable(Throwable failure) {
        return failure instanceof LeaseException lease && (lease.status == 403 || lease.status == 404);
    }

    /** The message of {@code failure}, with a remedy where there is one. */
    static String describe(Throwable failure) {
        String remedy = failure instanceof LeaseException lease ? lease.remedy() : "";
        return failure.getMessage() + remedy;
    }

    private String remedy() {
        return switch (status) {
            case 401, 403 -> "; grant get, update and patch on this Lease (coordination.k8s.io) by its name";
            case 404 -> "; create the Lease, empty, or set LEASE_NAME to the empty text where only one replica runs";
            default -> "";
        };
    }
}
