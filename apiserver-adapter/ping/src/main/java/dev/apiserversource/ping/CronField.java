package dev.apiserversource.ping;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A field of a cron expression: its range, its names, and its syntax. */
enum CronField {
    SECOND("second", 0, 59),
    MINUTE("minute", 0, 59),
    HOUR("hour", 0, 23),
    DAY_OF_MONTH("day of month", 1, 31),
    MONTH("month", 1, 12, "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    DAY_OF_WEEK("day of week", 0, 6, "sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /** The fields of an expression that begins with seconds. */
    static final List<CronField> ALL = List.of(values());

    /** The fields of an expression without seconds. */
    static final List<CronField> WITHOUT_SECOND = ALL.subList(1, ALL.size());

    /** A star or a value or a range, and a step. */
    private static final Pattern PART = Pattern.compile("(\\*|\\?|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,9}))?");

    private final String text;
    private final int min;
    private final int max;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> names;

    CronField(String text, int min, int max, String... names) {
        this.text = text;
        this.min = min;
        this.max = max;
        this.names = List.of(names);
    }

    boolean isDay() {
        return this == DAY_OF_MONTH || this == DAY_OF_WEEK;
    }

    /** Whether the field restricts nothing. A star with a step does. */
    static boolean isStar(String field) {
        return Stream.of(field.split(",", -1)).anyMatch(part -> part.matches("[*?](/1)?"));
    }

    /** The matching values, as a set of bits. */
    long parse(String field) {
        long set = 0;
        for (String part : field.split(",", -1)) {
            set |= parsePart(part);
        }
        return set;
    }

    private long parsePart(String part) {
        Matcher parts = PART.matcher(part);
        if (!parts.matches()) {
            throw invalid(part);
        }
        String first = parts.group(2);
        String step = parts.group(4);
        int from = first == null ? min : value(first);
        int to = first == null ? max : last(parts.group(3), step != null, from);
        if (from < min || to > max || from > to) {
            throw invalid(part);
        }
        return bits(from, to, step == null ? 1 : positive(step, part));
    }

    /** A value with a step stands for the range from it to the maximum. */
    private int last(String second, boolean stepped, int from) {
        if (second != null) {
            return value(second);
        }
        return stepped ? max : from;
    }

    private int positive(String step, String part) {
        int value = Integer.parseInt(step);
        if (value == 0) {
            throw invalid(part);
        }
        return value;
    }

    private int value(String value) {
        int named = names.indexOf(value.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return named + min;
        }
        if (!value.matches("\\d{1,9}")) {
            throw invalid(value);
        }
        return Integer.parseInt(value);
    }

    private static long bits(int from, int to, int step) {
        long set = 0;
        for (int value = from; value <= to; value += step) {
            set |= 1L << value;
        }
        return set;
    }

    private IllegalArgumentException invalid(String part) {
        return new IllegalArgumentException(
                "'" + part + "' is no " + text + ", which are " + min + " to " + max + ", ranges, steps and lists");
    }
}
