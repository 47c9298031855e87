package dev.apiserversource.loadtests.process;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program that runs as a process of this machine and appends its output to a log file. It can be signalled,
 * killed and started again. Memory and connections are read from {@code /proc}, so Linux only.
 *
 * <p>Every process is killed when the JVM that started it exits.
 */
public final class LocalProcess {

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final int TAIL = 15;
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final String ESTABLISHED = "01";

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final List<String> lines = new ArrayList<>();
    private long bytesRead;
    private volatile @Nullable Process process;

    /** A process not yet started, with the environment of this JVM. */
    public LocalProcess(List<String> command, Path log) {
        this(command, System.getenv(), log);
    }

    /**
     * A process not yet started.
     *
     * @param environment all variables that the process sees
     */
    public LocalProcess(List<String> command, Map<String, String> environment, Path log) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
    }

    /** A port of the loopback address that is free now, for a server that keeps its port across restarts. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    /**
     * Starts the process and returns at once.
     *
     * @throws IllegalStateException when it is running already
     */
    public void start() {
        if (alive()) {
            throw new IllegalStateException("running already: " + command.get(0));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process started = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    /** Sends SIGTERM and returns at once. */
    public void terminate() {
        started().destroy();
    }

    /** Sends SIGTERM, waits, and kills the process when it has not exited after 20 seconds. */
    public void stop() {
        if (alive()) {
            terminate();
            if (!exits(GRACE)) {
                kill();
            }
        }
    }

    /** Sends SIGKILL and waits for the exit. */
    public void kill() {
        if (alive()) {
            started().destroyForcibly();
            awaitExit(GRACE);
        }
    }

    /** Sends SIGSTOP: the process keeps its memory and sockets and gets no CPU, as on a paused machine. */
    public void suspend() {
        signal("STOP");
    }

    /** Sends SIGCONT to a suspended process. */
    public void resume() {
        signal("CONT");
    }

    /** Whether the process runs. */
    public boolean alive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /**
     * Waits for the exit.
     *
     * @return the exit code
     * @throws AssertionError when the process still runs after {@code limit}
     */
    public int awaitExit(Duration limit) {
        if (!exits(limit)) {
            throw new AssertionError("no exit within " + limit + "; " + describe());
        }
        return started().exitValue();
    }

    /**
     * Waits for a condition of the running process.
     *
     * @throws AssertionError with the last log lines when {@code condition} does not hold within {@code limit}
     */
    public void await(String what, Duration limit, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL_INTERVAL)
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + ": not within " + limit + "; " + describe(), e);
        }
    }

    /** All complete lines of the log file so far. */
    public synchronized List<String> lines() {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] unread = new byte[Math.toIntExact(file.length() - bytesRead)];
            file.seek(bytesRead);
            file.readFully(unread);
            int complete = lengthOfCompleteLines(unread);
            new String(unread, 0, complete, StandardCharsets.UTF_8).lines().forEach(lines::add);
            bytesRead += complete;
            return List.copyOf(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lengthOfCompleteLines(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] != '\n') {
            length--;
        }
        return length;
    }

    /** The state of the process and its last log lines, for messages. */
    public String describe() {
        List<String> all = lines();
        String state = alive()
                ? "running"
                : process == null ? "not started" : "exit code " + started().exitValue();
        return state + ", last log lines:\n"
                + String.join("\n", all.subList(Math.max(0, all.size() - TAIL), all.size()));
    }

    /** Resident memory in bytes. */
    public long residentBytes() {
        return status("VmRSS:");
    }

    /** The peak of resident memory since the start, in bytes. */
    public long peakResidentBytes() {
        return status("VmHWM:");
    }

    /** CPU time of all threads since the start. */
    public Duration cpuTime() {
        return started().toHandle().info().totalCpuDuration().orElseThrow();
    }

    /** For a Java process: bytes of all objects that survive a full collection, which this call causes. */
    public long liveHeapBytes() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        String histogram = run(jcmd.toString(), pid(), "GC.class_histogram");
        return histogram
                .lines()
                .map(String::trim)
                .filter(line -> line.startsWith("Total "))
                .mapToLong(total -> Long.parseLong(columns(total).get(2)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no heap histogram: " + histogram));
    }

    /** How many TCP connections to {@code port}, at any address, are established. */
    public long connectionsTo(int port) {
        String remote = String.format(Locale.ROOT, ":%04X", port);
        Set<String> own = socketInodes();
        return Stream.concat(proc("net/tcp").stream(), proc("net/tcp6").stream())
                .map(LocalProcess::columns)
                .filter(column ->
                        column.get(2).endsWith(remote) && column.get(3).equals(ESTABLISHED))
                .filter(column -> own.contains(column.get(9)))
                .count();
    }

    private Process started() {
        return Objects.requireNonNull(process, "not started");
    }

    private String pid() {
        return Long.toString(started().pid());
    }

    private boolean exits(Duration limit) {
        try {
            return started().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void signal(String name) {
        run("kill", "-" + name, pid());
    }

    private long status(String field) {
        return proc("status").stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    private Set<String> socketInodes() {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", pid(), "fd"))) {
            descriptors.map(LocalProcess::targetOf).forEach(target -> {
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
            return ""; // Closed since the folder was listed.
        }
    }

    private List<String> proc(String file) {
        try {
            return Files.readAllLines(Path.of("/proc", pid(), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> columns(String line) {
        return List.of(SPACES.split(line.trim(), -1));
    }

    private static String run(String... command) {
        try {
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
