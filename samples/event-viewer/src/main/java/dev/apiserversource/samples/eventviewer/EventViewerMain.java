package dev.apiserversource.samples.eventviewer;

import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs the viewer until SIGTERM; the log goes to standard error. */
final class EventViewerMain {

    private static final Logger log = LoggerFactory.getLogger(EventViewerMain.class);

    private EventViewerMain() {}

    /** See {@link Settings}; exits with code 1 when the environment is wrong or the address cannot be bound. */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        try {
            Settings settings = Settings.of(System.getenv());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx), "close"));
            EventViewer viewer = new EventViewer(settings, Clock.systemUTC());
            vertx.deployVerticle(viewer)
                    .onSuccess(deployed ->
                            log.atInfo().addKeyValue("port", viewer.port()).log("event viewer listening"))
                    .onFailure(failure -> exit("cannot listen on " + settings.address() + ": " + failure.getMessage()));
        } catch (IllegalArgumentException e) {
            exit(String.valueOf(e.getMessage()));
        }
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
