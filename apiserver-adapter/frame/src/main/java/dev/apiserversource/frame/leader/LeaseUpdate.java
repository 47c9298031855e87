package dev.apiserversource.frame.leader;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * What is to be written into a Lease.
 *
 * @param holder identity; empty to release it
 * @param address where the holder answers; null when it does not say
 * @param transitions how often the holder has changed with this
 * @param acquired since when the holder has it; null to leave that as it is
 * @param renewed now
 * @param duration that it will be renewed within
 */
public record LeaseUpdate(
        String holder,
        @Nullable String address,
        int transitions,
        @Nullable Instant acquired,
        Instant renewed,
        Duration duration) {}
