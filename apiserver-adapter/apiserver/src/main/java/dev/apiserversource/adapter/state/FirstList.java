package dev.apiserversource.adapter.state;

import java.time.Instant;

/**
 * What the first list of a stream without a stored state means.
 *
 * @param gap the reason of the gap that it closes; empty when there is none
 * @param newSince objects that were created after this time are new to the source
 */
public record FirstList(String gap, Instant newSince) {

    /** The first start of the source: nothing was missed. */
    static final FirstList FIRST_START = new FirstList("", Instant.MAX);

    /** What an earlier process stored is lost. */
    static final FirstList FORGOTTEN = new FirstList("forgotten", Instant.MAX);

    /** Whether some of the listed objects can be new to the source. */
    public boolean mayShowNewObjects() {
        return !newSince.equals(Instant.MAX);
    }
}
