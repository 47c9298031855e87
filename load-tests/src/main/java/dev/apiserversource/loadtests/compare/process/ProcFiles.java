package dev.apiserversource.loadtests.compare.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the kernel says about a process in {@code /proc}. */
public final class ProcFiles {

    /** The unit of CPU time there: USER_HZ, a hundredth of a second on every Linux. */
    private static final Duration TICK = Duration.ofMillis(10);

    /** Of the words that follow the name: user and system time. */
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;
    private static final long KIBIBYTE = 1024;

    private ProcFiles() {}

    /** CPU time of all threads of the process so far, in steps of 10 ms. */
    public static Duration cpu(long pid) {
        return cpu(String.join("\n", lines(pid, "stat")));
    }

    /** Resident memory in bytes. */
    public static long resident(long pid) {
        return bytes(lines(pid, "smaps_rollup"), "Rss:");
    }

    /** Resident memory in bytes, of which shared pages count in proportion. */
    public static long proportional(long pid) {
        return bytes(lines(pid, "smaps_rollup"), "Pss:");
    }

    /** The peak of resident memory in bytes. */
    public static long peakResident(long pid) {
        return bytes(lines(pid, "status"), "VmHWM:");
    }

    /** CPU time in the text of {@code stat}, in which the name of the program may have spaces and parentheses. */
    static Duration cpu(String stat) {
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return TICK.multipliedBy(Long.parseLong(words[USER_TIME]) + Long.parseLong(words[SYSTEM_TIME]));
    }

    /** The value of a field in kB. */
    static long bytes(List<String> lines, String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + field));
    }

    private static List<String> lines(long pid, String file) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
