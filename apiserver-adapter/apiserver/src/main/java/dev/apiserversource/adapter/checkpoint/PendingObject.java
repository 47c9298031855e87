package dev.apiserversource.adapter.checkpoint;

import org.jspecify.annotations.Nullable;

/** An object with unsettled changes. */
final class PendingObject {

    /** How many. */
    int changes;

    /** The state before the first of them, packed; null when there was none. */
    byte @Nullable [] settledState;

    /** The resourceVersion up to which its changes are settled. */
    String settledUpTo;

    PendingObject(byte @Nullable [] settledState, String settledUpTo) {
        this.settledState = settledState;
        this.settledUpTo = settledUpTo;
    }
}
