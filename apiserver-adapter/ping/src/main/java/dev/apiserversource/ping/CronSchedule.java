package dev.apiserversource.ping;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Ticks of a cron expression, with the meaning that it has for Knative and for CronJobs of Kubernetes: that of <a
 * href="https://pkg.go.dev/github.com/robfig/cron/v3">robfig/cron</a>.
 *
 * <ul>
 *   <li>Day of month and day of week: when both are restricted, a day that matches one of them matches.
 *   <li>A local time that a change to daylight saving time skips has no tick. One that occurs twice has two.
 * </ul>
 *
 * @param matching the values that match, as sets of bits
 * @param bothDays whether day of month and day of week have to match both, because one of them is a star
 * @param zone of the fields
 */
record CronSchedule(Map<CronField, Long> matching, boolean bothDays, ZoneId zone) implements Schedule {

    /** The longest time between two leap days, around a year such as 2100. */
    private static final int MAX_YEARS = 8;

    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3_600;
    private static final int DAYS_PER_WEEK = 7;

    private static final Map<String, String> DESCRIPTORS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    /** Parses {@code text}. It can begin with a time zone: {@code CRON_TZ=Asia/Tokyo}. */
    static CronSchedule parse(String text, String timezone) {
        String[] words = text.split("\\s+", -1);
        boolean ownZone = words[0].startsWith("CRON_TZ=") || words[0].startsWith("TZ=");
        if (!ownZone) {
            return parseFields(text, zone(timezone));
        }
        if (!timezone.isEmpty()) {
            throw new IllegalArgumentException("'" + words[0] + "' and a timezone exclude each other");
        }
        String zone = words[0].substring(words[0].indexOf('=') + 1);
        return parseFields(text.substring(words[0].length()).strip(), zone(zone));
    }

    private static ZoneId zone(String name) {
        if (name.isEmpty() || name.equals("UTC")) {
            return ZoneOffset.UTC;
        }
        if (!ZoneId.getAvailableZoneIds().contains(name)) {
            throw new IllegalArgumentException("'" + name + "' is no time zone, write it like Europe/Berlin");
        }
        return ZoneId.of(name);
    }

    private static CronSchedule parseFields(String text, ZoneId zone) {
        String[] fields = DESCRIPTORS.getOrDefault(text, text).split("\\s+", -1);
        if (text.startsWith("@") && !DESCRIPTORS.containsKey(text)) {
            throw new IllegalArgumentException("'" + text + "' is no descriptor, write it like @hourly");
        }
        if (fields.length < 5 || fields.length > 6) {
            throw new IllegalArgumentException(
                    "'" + text + "' has " + fields.length + " fields, five or six are needed");
        }
        Map<CronField, Long> matching = new EnumMap<>(Map.of(CronField.SECOND, 1L));
        boolean anyDay = false;
        int next = 0;
        for (CronField field : fields.length == 5 ? CronField.WITHOUT_SECOND : CronField.ALL) {
            String value = fields[next++];
            matching.put(field, field.parse(value));
            anyDay |= field.isDay() && CronField.isStar(value);
        }
        return new CronSchedule(matching, anyDay, zone);
    }

    @Override
    public Optional<Instant> next(Instant instant) {
        ZonedDateTime time =
                instant.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).atZone(zone);
        int lastYear = time.getYear() + MAX_YEARS;
        while (time.getYear() <= lastYear) {
            ZonedDateTime later = skip(time);
            if (later.equals(time)) {
                return Optional.of(time.toInstant());
            }
            time = later;
        }
        return Optional.empty();
    }

    /** The begin of the next month, day, hour, minute or second, if that of {@code time} does not match. */
    private ZonedDateTime skip(ZonedDateTime time) {
        LocalDate date = time.toLocalDate();
        if (!has(CronField.MONTH, date.getMonthValue())) {
            return date.withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
        } else if (!matches(date)) {
            return date.plusDays(1).atStartOfDay(zone);
        } else if (!has(CronField.HOUR, time.getHour())) {
            // On the time line, because a local hour can be absent, or there twice.
            return time.plusSeconds(SECONDS_PER_HOUR - time.toLocalTime().toSecondOfDay() % SECONDS_PER_HOUR);
        } else if (!has(CronField.MINUTE, time.getMinute())) {
            return time.plusSeconds(SECONDS_PER_MINUTE - time.getSecond());
        }
        return has(CronField.SECOND, time.getSecond()) ? time : time.plusSeconds(1);
    }

    private boolean matches(LocalDate date) {
        boolean day = has(CronField.DAY_OF_MONTH, date.getDayOfMonth());
        boolean weekday = has(CronField.DAY_OF_WEEK, date.getDayOfWeek().getValue() % DAYS_PER_WEEK);
        return bothDays ? day && weekday : day || weekday;
    }

    private boolean has(CronField field, int value) {
        return (matching.getOrDefault(field, 0L) >> value & 1) != 0;
    }
}
