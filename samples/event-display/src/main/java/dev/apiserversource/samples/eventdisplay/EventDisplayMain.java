package dev.apiserversource.samples.eventdisplay;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs the display until SIGTERM: events go to standard output, the log to standard error. */
final class EventDisplayMain {

    private static final Logger log = LoggerFactory.getLogger(EventDisplayMain.class);
    private static final int DEFAULT_PORT = 8080;
    private static final int HIGHEST_PORT = 65_535;

    private EventDisplayMain() {}

    /** Listens on {@code HOST} and {@code PORT}; exits with code 1 when that fails. */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        try {
            int port = port(System.getenv("PORT"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx), "close"));
            SocketAddress address = SocketAddress.inetSocketAddress(port, host(System.getenv("HOST")));
            EventDisplay.start(vertx, address, standardOutput()::print)
                    .onSuccess(display ->
                            log.atInfo().addKeyValue("port", display.port()).log("event display listening"))
                    .onFailure(failure -> exit("cannot listen on " + address + ": " + failure.getMessage()));
        } catch (IllegalArgumentException e) {
            exit(String.valueOf(e.getMessage()));
        }
    }

    private static String host(@Nullable String value) {
        return value == null || value.isBlank() ? HttpServerOptions.DEFAULT_HOST : value.strip();
    }

    /** The value of {@code PORT}; 8080 when it is not set. */
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
            // Reported below, like a number out of range.
        }
        throw new IllegalArgumentException(
                "PORT is '" + value + "': give a number from 0 (any free port) to " + HIGHEST_PORT);
    }

    /** Standard output in UTF-8, also where the locale is ASCII, as in most containers. */
    private static PrintStream standardOutput() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    private static void exit(String reason) {
        log.atError().log(reason);
        // Not on the event loop: exit() waits for the shutdown hook, which waits for the event loop.
        new Thread(() -> System.exit(1), "exit").start();
    }

    private static void close(Vertx vertx) {
        CountDownLatch closed = new CountDownLatch(1);
        vertx.close().onComplete(result -> closed.countDown());
        try {
            if (!closed.await(5, TimeUnit.SECONDS)) {
                log.atWarn().log("not closed within 5 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
