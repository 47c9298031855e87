package dev.apiserversource.samples.quickstart;

import java.time.Duration;

/** The program. Exit code 0: events displayed; 1: not; 2: wrong arguments. */
final class QuickstartMain {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private QuickstartMain() {}

    /** See {@link Options#USAGE}. Ctrl-C and SIGTERM end it, and everything it started. */
    public static void main(String[] args) {
        System.exit(run(Screen.standardOutput(), args));
    }

    private static int run(Screen screen, String... args) {
        try {
            Options options = Options.parse(args);
            return run(screen, options);
        } catch (IllegalArgumentException e) {
            screen.say(e.getMessage() + "\n" + Options.USAGE);
            return 2;
        }
    }

    private static int run(Screen screen, Options options) {
        Parts parts = new Parts();
        Runtime.getRuntime().addShutdownHook(new Thread(parts::close, "close"));
        try (parts) {
            return run(screen, options, parts);
        }
    }

    private static int run(Screen screen, Options options, Parts parts) {
        try {
            Quickstart quickstart = new Quickstart(screen, parts, PATIENCE, PATIENCE);
            Scene scene = quickstart.perform(Installation.builtIn(options.repository()));
            if (!options.once()) {
                quickstart.stayUp(scene);
            }
            return 0;
        } catch (RuntimeException | InterruptedException e) {
            // While all is being closed, that something ends is no news.
            if (!parts.isClosed()) {
                screen.say(e instanceof QuickstartException told ? told.text() : e.toString());
            }
            return 1;
        }
    }
}
