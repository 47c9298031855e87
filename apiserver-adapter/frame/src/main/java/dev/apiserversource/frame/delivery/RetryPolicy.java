package dev.apiserversource.frame.delivery;

import java.time.Duration;
import java.util.Optional;

/** The decision whether an attempt that failed is repeated, and when. */
interface RetryPolicy {

    /**
     * A wait before the next attempt.
     *
     * @param mayBeCutShort whether it is a guess of ours, which a sink that takes events again proves wrong
     */
    record Pause(Duration length, boolean mayBeCutShort) {}

    /**
     * The wait before the next attempt; empty when there shall be none.
     *
     * @param failures how many attempts at the event have failed, at least one
     * @param failure what the last one failed with
     */
    Optional<Pause> pauseAfter(int failures, Throwable failure);
}
