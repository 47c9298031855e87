package dev.apiserversource.adapter.watch;

import java.time.Instant;
import java.util.Optional;

/**
 * How far the replay of a source is, over all of its streams.
 *
 * @param value names the replay
 * @param objects how many objects are settled
 * @param started when the first stream has begun; empty before
 * @param completed when the last object was settled; empty while objects are left
 */
public record ReplayStatus(String value, long objects, Optional<Instant> started, Optional<Instant> completed) {}
