package dev.apiserversource.adapter.lease;

import dev.apiserversource.adapter.time.Timers;

import java.time.Duration;
import java.time.Instant;

/**
 * A moment by both clocks. A process that was stopped sees by either how long that was; a machine that was, perhaps only by the one that tells the time of day,
 * because the other stood still, too.
 */
record Moment(Instant clock, Duration uptime) {

    static Moment now(Timers timers) {
        return new Moment(timers.now(), timers.uptime());
    }

    /** How much time has passed since, by the clock that says more. */
    Duration age(Timers timers) {
        Duration byClock = Duration.between(clock, timers.now());
        Duration byUptime = timers.uptime().minus(uptime);
        return byClock.compareTo(byUptime) > 0 ? byClock : byUptime;
    }
}
