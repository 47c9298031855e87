package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.time.Instant;

/**
 * A reading of both clocks. Where a process is frozen, both clocks advance. Where a machine is suspended, the
 * monotonic clock may stop, and only the time of day shows how long that took.
 */
record ClockReading(Instant clock, Duration uptime) {

    static ClockReading now(Timers timers) {
        return new ClockReading(timers.now(), timers.uptime());
    }

    /** Time since this reading, by the clock that shows more. */
    Duration age(Timers timers) {
        Duration byClock = Duration.between(clock, timers.now());
        Duration byUptime = timers.uptime().minus(uptime);
        return byClock.compareTo(byUptime) > 0 ? byClock : byUptime;
    }
}
