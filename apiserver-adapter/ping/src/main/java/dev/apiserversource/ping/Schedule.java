package dev.apiserversource.ping;

import java.time.Instant;
import java.util.Optional;

/** The ticks of a source. Two processes compute the same ones. */
public interface Schedule {

    /** The first tick after {@code instant}, in whole seconds; empty when there is none. */
    Optional<Instant> next(Instant instant);

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
