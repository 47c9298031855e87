package dev.apiserversource.controller.pingsource;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks what the CRD cannot: the range of each field, and the name of the time zone. The adapter, whose README
 * describes schedules, refuses the same. A contract test compares both.
 */
final class ScheduleCheck {

    private static final Pattern EVERY = Pattern.compile("@every +((\\d+(\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h))+");
    private static final Pattern DURATION = Pattern.compile("([\\d.]+)(ns|us|µs|ms|s|m|h)");

    /** Of one unit. Go counts durations in nanoseconds, as a long. */
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

    private static final Pattern DESCRIPTOR =
            Pattern.compile("@(yearly|annually|monthly|weekly|daily|midnight|hourly)");
    private static final Pattern ZONE = Pattern.compile("(?:CRON_)?TZ=(\\S*)\\s*(.*)");

    /** A star or a value or a range, and a step. */
    private static final Pattern PART = Pattern.compile("(?:[*?]|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,9}))?");

    private static final int FIELDS = 5;

    /** The fields from minute to day of week. */
    private static final List<Range> RANGES = List.of(
            new Range(0, 59, List.of()),
            new Range(0, 23, List.of()),
            new Range(1, 31, List.of()),
            new Range(
                    1, 12, List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
            new Range(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

    /** The values of a field, and their names from the smallest on. */
    private record Range(int min, int max, List<String> names) {

        private boolean accepts(String field) {
            return List.of(field.split(",", -1)).stream().allMatch(this::acceptsPart);
        }

        private boolean acceptsPart(String part) {
            Matcher parts = PART.matcher(part);
            if (!parts.matches() || "0".equals(withoutZeros(parts.group(3)))) {
                return false;
            }
            int from = value(parts.group(1), min);
            int to = value(parts.group(2), from);
            return min <= from && from <= to && to <= max;
        }

        private static String withoutZeros(String step) {
            return step == null ? "" : step.replaceFirst("^0+(?=\\d)", "");
        }

        /** Outside of the range when it is no value of the field. */
        private int value(String text, int whenAbsent) {
            if (text == null) {
                return whenAbsent;
            }
            int named = names.indexOf(text.toLowerCase(Locale.ROOT));
            if (named >= 0) {
                return min + named;
            }
            return text.matches("\\d{1,9}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
        }
    }

    private ScheduleCheck() {}

    /** What is wrong with a schedule or its time zone; empty when nothing is. */
    static Optional<String> problem(String schedule, String timezone) {
        String text = schedule.strip();
        Matcher zone = ZONE.matcher(text);
        if (zone.matches()) {
            return timezone.isEmpty()
                    ? problem(zone.group(2), zone.group(1))
                    : Optional.of("spec.schedule: a time zone in it and spec.timezone exclude each other");
        }
        return isSchedule(text) ? zoneProblem(timezone) : Optional.of("spec.schedule: '" + text + "' is no schedule");
    }

    private static boolean isSchedule(String text) {
        if (text.startsWith("@")) {
            return EVERY.matcher(text).matches()
                    ? isDuration(text)
                    : DESCRIPTOR.matcher(text).matches();
        }
        List<String> fields = List.of(text.split("\\s+"));
        int seconds = fields.size() - FIELDS;
        if (seconds < 0 || seconds > 1 || (seconds == 1 && !RANGES.get(0).accepts(fields.get(0)))) {
            return false;
        }
        for (int i = 0; i < FIELDS; i++) {
            if (!RANGES.get(i).accepts(fields.get(i + seconds))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDuration(String text) {
        return DURATION.matcher(text)
                        .results()
                        .map(part -> new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanos(part.group(2)))))
                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                        .compareTo(BigDecimal.valueOf(Long.MAX_VALUE))
                <= 0;
    }

    private static long nanos(String unit) {
        return NANOS.getOrDefault(unit, 0L);
    }

    private static Optional<String> zoneProblem(String timezone) {
        return timezone.isEmpty() || ZoneId.getAvailableZoneIds().contains(timezone)
                ? Optional.empty()
                : Optional.of("spec.timezone: '" + timezone + "' is no time zone, write it like Europe/Berlin");
    }
}
