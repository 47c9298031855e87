package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The command line.
 *
 * @param repository where the programs are built and the manifests are
 * @param once whether to end when the busybox events have been displayed
 */
record Options(Path repository, boolean once) {

    static final String USAGE = "usage: java -jar quickstart.jar --repository <folder> [--once]";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Options parse(String... args) {
        Deque<String> words = new ArrayDeque<>(List.of(args));
        @Nullable Path repository = null;
        boolean once = false;
        while (!words.isEmpty()) {
            String word = words.pop();
            switch (word) {
                case "--repository" -> repository = words.isEmpty() ? null : Path.of(words.pop());
                case "--once" -> once = true;
                default -> throw new IllegalArgumentException("unknown argument: " + word);
            }
        }
        if (repository == null) {
            throw new IllegalArgumentException("--repository and a folder must be given");
        }
        return new Options(repository, once);
    }
}
