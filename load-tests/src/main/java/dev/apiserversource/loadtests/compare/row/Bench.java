package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the rows share: options, and a folder for logs.
 *
 * @param folder of the logs and of the files of an environment
 * @param options of the command line, by name
 */
public record Bench(Path folder, Map<String, String> options) {

    /** Creates the folder. */
    public Bench {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole number of the command line. */
    long number(String option, long otherwise) {
        return Long.parseLong(options.getOrDefault(option, Long.toString(otherwise)));
    }

    /** A duration in seconds of the command line. */
    Duration seconds(String option, long otherwise) {
        return Duration.ofSeconds(number(option, otherwise));
    }

    AdapterEnvironment environment() {
        return new AdapterEnvironment(folder);
    }

    Adapter start(Variant variant, AdapterEnvironment environment) {
        return start(variant, environment, "");
    }

    Adapter start(Variant variant, AdapterEnvironment environment, String prefix) {
        return Adapter.start(
                variant.command(), environment.variables(), prefix, folder.resolve(variant.name() + ".log"));
    }

    /** Waits. */
    static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
