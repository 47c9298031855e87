package dev.apiserversource.adapter.checkpoint;

/** What a write of a ConfigMap found. */
public enum WriteResult {
    /** The version that this process read or wrote last. */
    UPDATED,
    /** None: it was created. */
    CREATED,
    /** A version of another process, which was overwritten. */
    OVERWRITTEN
}
