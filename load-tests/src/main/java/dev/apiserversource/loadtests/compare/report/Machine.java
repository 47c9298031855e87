package dev.apiserversource.loadtests.compare.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the figures depend on. */
public final class Machine {

    private static final long KIBIBYTES_OF_A_GIBIBYTE = 1 << 20;
    private static final int SECONDS = 20;

    private Machine() {}

    /** Cores, processor, memory and kernel. */
    public static String describe() {
        String model = field("/proc/cpuinfo", "model name");
        String memory = field("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return Runtime.getRuntime().availableProcessors() + " cores, " + (model.isEmpty() ? "unknown CPU" : model)
                + ", "
                + (memory.isEmpty() ? "?" : Math.round(Double.parseDouble(memory) / KIBIBYTES_OF_A_GIBIBYTE)) + " GB, "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    private static String field(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** The version of the Java runtime that a command starts; empty for another program. */
    public static String javaVersion(String command) {
        return Arrays.stream(command.trim().split("\\s+"))
                .filter(word -> Path.of(word).endsWith("java"))
                .findFirst()
                .map(Machine::versionOf)
                .orElse("");
    }

    private static String versionOf(String java) {
        try {
            Process process = new ProcessBuilder(List.of(java, "-version"))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(SECONDS, TimeUnit.SECONDS);
            return output.lines()
                    .filter(line -> line.contains("Runtime Environment"))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The command without the folders of its files, which say nothing on another machine. */
    public static String withoutFolders(String command) {
        return command.replaceAll("(?<=^|[\\s=:@'\"])/(?:[^\\s/:'\"]+/)+", "");
    }
}
