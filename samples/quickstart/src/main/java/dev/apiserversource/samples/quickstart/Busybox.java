package dev.apiserversource.samples.quickstart;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The output and exit code of a few commands of the image busybox, computed.
 *
 * <p>Nothing is executed: anyone who reaches the embedded API server could run programs on this machine otherwise.
 */
final class Busybox {

    private static final List<String> ROOT =
            List.of("bin", "dev", "etc", "home", "lib", "lib64", "proc", "root", "sys", "tmp", "usr", "var");
    private static final Pattern IMAGE = Pattern.compile("(.*/)?busybox([:@].*)?");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final int NOT_FOUND = 127;

    private Busybox() {}

    /** Whether {@code image} is busybox, with or without registry, tag and digest. */
    static boolean isImage(String image) {
        return IMAGE.matcher(image).matches();
    }

    /** The outcome of a command and its arguments; without a command it is a shell that reads the end of its input. */
    static Outcome run(List<String> commandLine) {
        String command = commandLine.isEmpty() ? "sh" : commandLine.get(0);
        String arguments = String.join(" ", commandLine.stream().skip(1).toList());
        return switch (command) {
            case "ls" -> new Outcome(ROOT, 0, Duration.ZERO);
            case "echo" -> exited(0, arguments);
            case "sleep" -> sleep(arguments);
            case "true", "sh" -> exited(0);
            case "false" -> exited(1);
            default -> exited(NOT_FOUND, command + ": not found (there are ls, echo, sleep, true and false)");
        };
    }

    private static Outcome sleep(String seconds) {
        return SECONDS.matcher(seconds).matches()
                ? new Outcome(List.of(), 0, Duration.ofSeconds(Long.parseLong(seconds)))
                : exited(1, "sleep: invalid number '" + seconds + "'");
    }

    private static Outcome exited(int exitCode, String... lines) {
        return new Outcome(List.of(lines), exitCode, Duration.ZERO);
    }

    /** What a command prints, its exit code, and how long it runs. */
    record Outcome(List<String> lines, int exitCode, Duration duration) {}
}
