package dev.apiserversource.loadtests.compare.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A control group that limits the CPU of a process, as the kubelet does for a pod: a part of each period of 100 ms. It
 * needs root and the CPU controller, of version 2 or 1 of control groups.
 */
public final class CpuQuota implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_MICROS = 100_000;
    private static final int MILLIS_OF_A_CPU = 1_000;

    private final Path group;

    private CpuQuota(Path group) {
        this.group = group;
    }

    /**
     * A new group; empty if this machine does not allow it.
     *
     * @param millicores quota in thousandths of a CPU
     */
    public static Optional<CpuQuota> create(int millicores) {
        String quota = Integer.toString(PERIOD_MICROS / MILLIS_OF_A_CPU * millicores);
        String name = "compare-" + millicores; // What an interrupted comparison has left is used again.
        boolean second = Files.exists(ROOT.resolve("cgroup.controllers"));
        CpuQuota created = new CpuQuota((second ? ROOT : ROOT.resolve("cpu")).resolve(name));
        try {
            Files.createDirectories(created.group);
            if (second) {
                created.set("cpu.max", quota + " " + PERIOD_MICROS);
            } else {
                created.set("cpu.cfs_period_us", Integer.toString(PERIOD_MICROS));
                created.set("cpu.cfs_quota_us", quota);
            }
            return Optional.of(created);
        } catch (IOException notAllowed) {
            System.out.println("no CPU quota on this machine, row skipped: " + notAllowed);
            created.close();
            return Optional.empty();
        }
    }

    private void set(String file, String value) throws IOException {
        Files.writeString(group.resolve(file), value, StandardOpenOption.WRITE);
    }

    /** What a shell runs to enter the group, before it becomes the program. */
    public String enter() {
        return "echo $$ > " + group.resolve("cgroup.procs") + " && ";
    }

    /** Removes the group. Its processes must have ended. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(group);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
