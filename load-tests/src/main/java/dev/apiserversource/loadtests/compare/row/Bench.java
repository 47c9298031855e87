package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;
import dev.apiserversource.loadtests.compare.process.Certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What the rows share: the options of the command line, a folder, a certificate. */
public final class Bench {

    private final Path folder;
    private final Map<String, String> options;
    private final Certificate certificate;

    /**
     * Creates the folder and the certificate.
     *
     * @param folder of the logs and of the files that an environment names
     * @param options of the command line, by name
     */
    public Bench(Path folder, Map<String, String> options) {
        this.folder = folder;
        this.options = Map.copyOf(options);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.certificate = Certificate.create(folder);
    }

    /** A whole number of the command line. */
    long number(String option, long otherwise) {
        return Long.parseLong(options.getOrDefault(option, Long.toString(otherwise)));
    }

    Certificate certificate() {
        return certificate;
    }

    AdapterEnvironment environment() {
        return new AdapterEnvironment(folder);
    }

    /** Starts an adapter; {@code prefix} is for the shell that becomes the program. */
    Adapter start(Variant variant, AdapterEnvironment environment, String prefix) {
        Path log = folder.resolve(variant.name() + ".log");
        return Adapter.start(variant.command(), environment.variables(), prefix, log);
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
