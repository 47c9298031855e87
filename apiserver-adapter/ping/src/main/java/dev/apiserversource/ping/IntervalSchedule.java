package dev.apiserversource.ping;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ticks at a fixed interval: {@code @every 1h30m}. They are counted from the creation of the source, so a restart does
 * not shift them.
 */
record IntervalSchedule(Duration interval, Instant anchor) implements Schedule {

    static final String PREFIX = "@every ";

    /** As in robfig/cron, a shorter interval is rounded up. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "µs",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);

    /** Parses {@code @every} and a duration in <a href="https://pkg.go.dev/time#ParseDuration">Go's form</a>. */
    static IntervalSchedule parse(String schedule, Instant anchor) {
        Duration interval =
                duration(schedule.substring(PREFIX.length()).strip()).truncatedTo(ChronoUnit.SECONDS);
        return new IntervalSchedule(interval.isZero() ? SHORTEST : interval, anchor.truncatedTo(ChronoUnit.SECONDS));
    }

    private static Duration duration(String text) {
        Matcher part = PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanosOf(part.group(2)))));
            end = part.end();
        }
        if (text.isEmpty() || end != text.length() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is no duration, write it like 1h30m or 90s");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    private static long nanosOf(String unit) {
        return NANOS.getOrDefault(unit, 0L);
    }

    @Override
    public Optional<Instant> next(Instant instant) {
        long seconds = interval.toSeconds();
        long elapsed =
                Math.max(0, Math.floorDiv(Duration.between(anchor, instant).toMillis(), 1_000));
        return Optional.of(anchor.plusSeconds((elapsed / seconds + 1) * seconds));
    }
}
