package dev.apiserversource.frame.leader;

/** The Lease could not be read or written. */
public final class LeaseException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** The API server answered {@code status}, 0 when it did not answer. */
    public LeaseException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Whether somebody else has written it meanwhile. */
    public static boolean isConflict(Throwable failure) {
        return failure instanceof LeaseException lease && lease.status == 409;
    }

    /** What a human could do about it; empty when it may pass by itself. */
    public String remedy() {
        return switch (status) {
            case 401, 403 -> "; grant get, update and patch on this Lease (coordination.k8s.io) by its name";
            case 404 -> "; create the Lease, empty, or unset LEASE_NAME everywhere where only one replica runs";
            default -> "";
        };
    }
}
