package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Command line of the quickstart. Exit codes: 0 events displayed, 1 failed, 2 wrong arguments. */
final class QuickstartMain {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private QuickstartMain() {}

    /** See {@link Options#USAGE}. SIGINT (Ctrl-C) and SIGTERM stop it and everything it started. */
    public static void main(String[] args) {
        Console console = Console.standardOutput();
        int exitCode;
        try {
            exitCode = run(console, Options.parse(args));
        } catch (IllegalArgumentException e) {
            console.progress(e.getMessage() + "\n" + Options.USAGE);
            exitCode = 2;
        }
        System.exit(exitCode);
    }

    private static int run(Console console, Options options) {
        CloseableStack started = new CloseableStack();
        Runtime.getRuntime().addShutdownHook(new Thread(started::close, "close"));
        Quickstart quickstart = new Quickstart(options.demo(), console, started, TIMEOUT, TIMEOUT);
        return run(quickstart, Installation.builtIn(options.repository()), console, started, options.once());
    }

    /** Closes {@code started}. The failure is shown before that. */
    static int run(
            Quickstart quickstart, Installation installation, Console console, CloseableStack started, boolean once) {
        try {
            LocalEnvironment environment = quickstart.run(installation);
            if (!once) {
                quickstart.showNextSteps(environment);
                started.awaitClose();
            }
            return 0;
        } catch (RuntimeException | InterruptedException e) {
            // A failure after Ctrl-C is a consequence of closing.
            if (!started.isClosed()) {
                console.progress(e instanceof QuickstartException ? String.valueOf(e.getMessage()) : e.toString());
            }
            return 1;
        } finally {
            started.close();
        }
    }

    /**
     * The arguments.
     *
     * @param repository root of the source tree, with built jars and manifests
     * @param demo which sources are shown
     * @param once whether to exit when the events have been displayed
     */
    record Options(Path repository, Demo demo, boolean once) {

        static final String USAGE = """
                usage: samples/quickstart/run [--all] [--once]
                  --all   show every source: ApiServerSource, ContainerSource, PingSource, CronJob with a SinkBinding
                  --once  exit when the events have been displayed
                The script adds --repository <root of the source tree>.""";

        /**
         * Parses the arguments.
         *
         * @throws IllegalArgumentException naming the argument that is unknown or missing, and the remedy
         */
        static Options parse(String... args) {
            Deque<String> words = new ArrayDeque<>(List.of(args));
            @Nullable Path repository = null;
            Demo demo = Demo.BUSYBOX;
            boolean once = false;
            while (!words.isEmpty()) {
                String word = words.pop();
                switch (word) {
                    case "--repository" -> repository = words.isEmpty() ? null : Path.of(words.pop());
                    case "--all" -> demo = Demo.ALL;
                    case "--once" -> once = true;
                    default ->
                        throw new IllegalArgumentException(
                                "unknown argument: " + word + "; give --all, --once, both or none");
                }
            }
            if (repository == null) {
                throw new IllegalArgumentException("--repository and a folder must be given");
            }
            return new Options(repository, demo, once);
        }
    }
}
