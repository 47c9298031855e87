package dev.apiserversource.adapter.watch;

import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What holds for all streams.
 *
 * @param watchTimeout how long the API server is asked to keep a watch; each watch asks for this and up to as much again, so that many
 *     do not end at once
 * @param patience how long nothing may come, not even a bookmark (one a minute is usual), before a connection counts as dead
 * @param pageSize objects per page of a list
 * @param concurrentLists how many streams may list at a time
 * @param backoff the waits between failures in a row
 * @param random chance for the watch timeouts
 */
public record StreamSettings(
        Duration watchTimeout,
        Duration patience,
        int pageSize,
        int concurrentLists,
        Backoff backoff,
        RandomGenerator random) {

    /** What has proven itself: watches of 5 to 10 minutes, 150 s of patience, pages of 500, 16 lists at a time, waits of 0.5 to 30 s. */
    public static StreamSettings defaults(RandomGenerator random) {
        Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), random);
        return new StreamSettings(Duration.ofMinutes(5), Duration.ofSeconds(150), 500, 16, backoff, random);
    }

    /** The same with another {@code watchTimeout}. */
    public StreamSettings withWatchTimeout(Duration timeout) {
        return new StreamSettings(timeout, patience, pageSize, concurrentLists, backoff, random);
    }

    long nextWatchSeconds() {
        long least = Math.max(1, watchTimeout.toSeconds());
        return least + random.nextLong(least);
    }
}
