package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The command line.
 *
 * @param adapter the adapter's jar
 * @param once whether to end when the busybox events have been displayed
 */
record Options(Path adapter, boolean once) {

    static final String USAGE = "usage: java -jar quickstart.jar --adapter <apiserver-adapter.jar> [--once]";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Options parse(String... args) {
        Deque<String> words = new ArrayDeque<>(List.of(args));
        @Nullable Path adapter = null;
        boolean once = false;
        while (!words.isEmpty()) {
            String word = words.pop();
            switch (word) {
                case "--adapter" -> adapter = words.isEmpty() ? null : Path.of(words.pop());
                case "--once" -> once = true;
                default -> throw new IllegalArgumentException("unknown argument: " + word);
            }
        }
        if (adapter == null) {
            throw new IllegalArgumentException("--adapter and a jar must be given");
        }
        return new Options(adapter, once);
    }

    /** How the adapter is started: by the Java that runs here. */
    List<String> adapterCommand() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return List.of(java.toString(), "-jar", adapter.toString());
    }
}
