package dev.apiserversource.ping;

import java.time.Instant;

/** Parses schedules. */
final class Schedules {

    private Schedules() {}

    /**
     * Parses the fields {@code schedule} and {@code timezone} of a PingSource.
     *
     * @param schedule five cron fields, six with seconds first, {@code @hourly} and the like, or {@code @every 90s}
     * @param timezone an IANA name; empty for UTC
     * @param anchor the first tick of {@code @every} is one interval after it
     * @throws IllegalArgumentException with a message for people, when one of them is invalid
     */
    static Schedule parse(String schedule, String timezone, Instant anchor) {
        String text = schedule.strip();
        return text.startsWith(IntervalSchedule.PREFIX)
                ? IntervalSchedule.parse(text, anchor)
                : CronSchedule.parse(text, timezone);
    }
}
