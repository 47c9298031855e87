package dev.apiserversource.adapter.watch;

import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Timeouts and limits of the streams.
 *
 * @param watchTimeout least duration that is requested for a watch. Each watch requests between once and twice as long,
 *     so that many watches do not end at the same time. A streaming list requests 30 minutes at least.
 * @param idleTimeout how long a connection may bring no data before it counts as dead. A watch brings a bookmark about
 *     once a minute. One without bookmarks may be silent until it ends, but not within a frame.
 * @param pageSize objects per page of a list
 * @param concurrentLists how many streams list at the same time
 * @param backoff waits between failures in a row
 * @param random source of the jitter of watch timeouts
 */
public record StreamSettings(
        Duration watchTimeout,
        Duration idleTimeout,
        int pageSize,
        int concurrentLists,
        Backoff backoff,
        RandomGenerator random) {

    /** The default of {@code watchTimeout}. */
    public static final Duration DEFAULT_WATCH_TIMEOUT = Duration.ofMinutes(5);

    /** The {@code idleTimeout} of production. */
    public static final Duration IDLE_TIMEOUT = Duration.ofSeconds(150);

    /** A silent watch that is open for longer than it was requested to be is dead. */
    private static final Duration WATCH_SLACK = Duration.ofSeconds(30);

    /** The default of {@code --min-request-timeout} of the API server. */
    private static final Duration MIN_LIST_TIMEOUT = Duration.ofMinutes(30);

    /** The settings of production with a configured {@code watchTimeout}. */
    public static StreamSettings of(Duration watchTimeout, RandomGenerator random) {
        Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), random);
        return new StreamSettings(watchTimeout, IDLE_TIMEOUT, 500, 16, backoff, random);
    }

    /** The timeout of the next watch, in seconds. */
    long nextWatchSeconds() {
        return seconds(watchTimeout);
    }

    /**
     * The timeout of the next streaming list, in seconds. It includes the watch that follows, and must not end a long
     * list. So it is that of API servers for watches without a timeout, unless {@code watchTimeout} is longer.
     */
    long nextListSeconds() {
        return seconds(listTimeout(watchTimeout));
    }

    /** How long a watch without bookmarks may be silent that was requested for {@code seconds}. */
    static Duration longestSilence(long seconds) {
        return Duration.ofSeconds(seconds).plus(WATCH_SLACK);
    }

    /** The longest silence of any watch with a configured {@code watchTimeout}. Connections may be idle as long. */
    public static Duration longestSilence(Duration watchTimeout) {
        return listTimeout(watchTimeout).multipliedBy(2).plus(WATCH_SLACK);
    }

    private static Duration listTimeout(Duration watchTimeout) {
        return watchTimeout.compareTo(MIN_LIST_TIMEOUT) < 0 ? MIN_LIST_TIMEOUT : watchTimeout;
    }

    private long seconds(Duration timeout) {
        long least = Math.max(1, timeout.toSeconds());
        return least + random.nextLong(least);
    }
}
