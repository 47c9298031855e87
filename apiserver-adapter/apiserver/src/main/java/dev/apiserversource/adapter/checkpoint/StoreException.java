package dev.apiserversource.adapter.checkpoint;

/** A ConfigMap could not be read or written. */
final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** The API server answered {@code status}; 0 when it did not answer. */
    StoreException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Whether the API server refuses the write itself: a right, a quota or an admission rule. */
    static boolean isRefused(Throwable failure) {
        return failure instanceof StoreException store && (store.status == 403 || store.status == 422);
    }

    /**
     * Whether a right is missing (403). Not so with rejected credentials (401): then no other request would work
     * either.
     */
    static boolean isDenied(Throwable failure) {
        return failure instanceof StoreException store && store.status == 403;
    }
}
