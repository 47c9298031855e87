package dev.apiserversource.loadtests.compare.feed;

import java.time.Duration;
import java.util.Map;

/**
 * What a feed serves.
 *
 * @param port port of the loopback address; 0: any free one
 * @param objects number of ConfigMaps in a namespace
 * @param bytes size of one
 * @param events changes that a watch brings, then it is silent
 * @param interval time from one change to the next; zero: as fast as they are read
 */
record FeedOptions(int port, int objects, int bytes, long events, Duration interval) {

    /** Reads the options of the command line; each has a default. */
    static FeedOptions of(Map<String, String> arguments) {
        return new FeedOptions(
                Integer.parseInt(arguments.getOrDefault("port", "0")),
                Integer.parseInt(arguments.getOrDefault("objects", "1000")),
                Integer.parseInt(arguments.getOrDefault("bytes", "2500")),
                Long.parseLong(arguments.getOrDefault("events", Long.toString(Long.MAX_VALUE))),
                Duration.ofNanos(Math.round(Double.parseDouble(arguments.getOrDefault("interval-ms", "0")) * 1e6)));
    }

    boolean isPaced() {
        return !interval.isZero();
    }
}
