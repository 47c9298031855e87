package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.time.Instant;

/**
 * A moment by both clocks. A process that was stopped sees by either how long that was; a machine that was, perhaps only by the one that tells the time of day,
 * because the other stood still, too.
 */
public record ClockReading(Instant clock, Duration uptime) {

    public static ClockReading now(Timers timers) {
        return new ClockReading(timers.now(), timers.uptime());
    }

    /** How much time has passed since, by the clock that says more. */
    public Duration age(Timers timers) {
        Duration byClock = Duration.between(clock, timers.now());
        Duration byUptime = timers.uptime().minus(uptime);
        return byClock.compareTo(byUptime) > 0 ? byClock : byUptime;
    }
}
