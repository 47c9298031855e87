package dev.apiserversource.samples.quickstart;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a container of the image busybox does here: a handful of commands, imitated.
 *
 * <p>Nothing is ever run on the machine: whoever can reach the embedded API server could run it.
 */
final class Busybox {

    private static final List<String> ROOT =
            List.of("bin", "dev", "etc", "home", "lib", "lib64", "proc", "root", "sys", "tmp", "usr", "var");
    private static final Pattern IMAGE = Pattern.compile("(.*/)?busybox([:@].*)?");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final int NOT_FOUND = 127;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE MMM ppd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Clock clock;

    Busybox(Clock clock) {
        this.clock = clock;
    }

    /** Whether {@code image} names busybox, with or without registry, tag and digest. */
    static boolean isImage(String image) {
        return IMAGE.matcher(image).matches();
    }

    /** Runs {@code words}, a command with its arguments; none is a shell without a terminal, which ends at once. */
    Outcome run(List<String> words) {
        if (words.isEmpty()) {
            return ended(0);
        }
        List<String> arguments = words.subList(1, words.size());
        return switch (words.get(0)) {
            case "ls" -> new Outcome(ROOT, 0, Duration.ZERO);
            case "echo" -> ended(0, String.join(" ", arguments));
            case "date" -> ended(0, DATE.format(clock.instant()));
            case "sleep" -> sleep(String.join(" ", arguments));
            case "true", "sh" -> ended(0);
            case "false" -> ended(1);
            default -> ended(NOT_FOUND, words.get(0) + ": not found (there are ls, echo, date, sleep, true and false)");
        };
    }

    private static Outcome sleep(String seconds) {
        return SECONDS.matcher(seconds).matches()
                ? new Outcome(List.of(), 0, Duration.ofSeconds(Long.parseLong(seconds)))
                : ended(1, "sleep: invalid number '" + seconds + "'");
    }

    private static Outcome ended(int exitCode, String... lines) {
        return new Outcome(List.of(lines), exitCode, Duration.ZERO);
    }

    /** What a command wrote, how it ended and how long it took to. */
    record Outcome(List<String> lines, int exitCode, Duration duration) {}
}
