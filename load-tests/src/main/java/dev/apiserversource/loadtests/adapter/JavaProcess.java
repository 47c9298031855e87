package dev.apiserversource.loadtests.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the operating system and the JVM's own tools tell of a running Java process, and signals to it. Linux only: it reads {@code /proc}. */
final class JavaProcess {

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final String ESTABLISHED = "01";

    private final long pid;

    JavaProcess(long pid) {
        this.pid = pid;
    }

    /** Resident memory in bytes. */
    long residentBytes() {
        return status("VmRSS:");
    }

    /** The most resident memory there ever was, in bytes. */
    long mostResidentBytes() {
        return status("VmHWM:");
    }

    private long status(String field) {
        return lines("status").stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Bytes of all objects that are alive after a full collection, which this causes. */
    long liveHeapBytes() {
        String histogram = jcmd("GC.class_histogram");
        return histogram
                .lines()
                .map(String::trim)
                .filter(line -> line.startsWith("Total "))
                .mapToLong(total -> Long.parseLong(columns(total).get(2)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no histogram of process " + pid + ": " + histogram));
    }

    /** How many TCP connections to {@code port} of any address are established. */
    long connectionsTo(int port) {
        String remote = String.format(Locale.ROOT, ":%04X", port);
        Set<String> own = socketInodes();
        return Stream.concat(lines("net/tcp").stream(), lines("net/tcp6").stream())
                .map(JavaProcess::columns)
                .filter(column ->
                        column.get(2).endsWith(remote) && column.get(3).equals(ESTABLISHED))
                .filter(column -> own.contains(column.get(9)))
                .count();
    }

    private static List<String> columns(String line) {
        return List.of(SPACES.split(line.trim(), -1));
    }

    private Set<String> socketInodes() {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(proc("fd"))) {
            descriptors.forEach(descriptor -> {
                String target = targetOf(descriptor);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            });
            return inodes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String targetOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // Closed since the folder was read.
        }
    }

    void signal(String name) {
        run("kill", "-" + name, Long.toString(pid));
    }

    private String jcmd(String command) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        return run(jcmd.toString(), Long.toString(pid), command);
    }

    /** Runs a tool; what it printed. */
    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(proc(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }
}
