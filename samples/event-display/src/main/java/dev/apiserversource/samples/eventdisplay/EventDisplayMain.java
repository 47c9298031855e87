package dev.apiserversource.samples.eventdisplay;

import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program: prints to standard output, logs to standard error, listens on {@code PORT} until it is told to end. */
final class EventDisplayMain {

    private static final Logger log = LoggerFactory.getLogger(EventDisplayMain.class);
    private static final int DEFAULT_PORT = 8080;
    private static final int HIGHEST_PORT = 65_535;

    private EventDisplayMain() {}

    /** Starts the display; the exit code is 1 when it cannot be started. */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        try {
            int port = port(System.getenv("PORT"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx), "close"));
            EventDisplay.start(vertx, port, standardOutput()::print)
                    .onSuccess(display ->
                            log.atInfo().addKeyValue("port", display.port()).log("event display listening"))
                    .onFailure(problem -> fail("cannot listen on port " + port + ": " + problem.getMessage()));
        } catch (IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    /** Reads the variable {@code PORT}: 8080 unless it says otherwise. */
    static int port(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return DEFAULT_PORT;
        }
        try {
            int port = Integer.parseInt(value.strip());
            if (port >= 0 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, as for a number that is no port.
        }
        throw new IllegalArgumentException(
                "PORT is '" + value + "': give a number from 0 (any free port) to " + HIGHEST_PORT);
    }

    /** Standard output in UTF-8 even where the locale says ASCII, as it does in most containers. */
    private static PrintStream standardOutput() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    private static void fail(String problem) {
        log.atError().log(problem);
        // exit() waits for the shutdown hook, which waits for the event loop: so never call it from there.
        new Thread(() -> System.exit(1), "exit").start();
    }

    private static void close(Vertx vertx) {
        CountDownLatch closed = new CountDownLatch(1);
        vertx.close().onComplete(result -> closed.countDown());
        try {
            if (!closed.await(5, TimeUnit.SECONDS)) {
                log.atWarn().log("not closed within five seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
