package dev.apiserversource.frame.delivery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date in its preferred form. */
final class RetryAfter {

    private static final Pattern SECONDS = Pattern.compile("\\d+");
    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /** The wait that {@code value} asks for at {@code now}, zero for a date gone by; empty when it cannot be read. */
    static Optional<Duration> parse(String value, Instant now) {
        String trimmed = value.strip();
        return SECONDS.matcher(trimmed).matches() ? Optional.of(seconds(trimmed)) : until(trimmed, now);
    }

    private static Duration seconds(String digits) {
        boolean absurd = digits.length() > MOST_DIGITS;
        return Duration.ofSeconds(absurd ? Integer.MAX_VALUE : Integer.parseInt(digits));
    }

    private static Optional<Duration> until(String date, Instant now) {
        try {
            Instant then = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
            return Optional.of(then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }
}
