package dev.apiserversource.loadtests.sink;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * An HTTP sink for CloudEvents in binary mode. It records what it receives, checks order and repeats on arrival, and
 * behaves as its {@link SinkBehaviour} says.
 */
public final class RecordingSink implements AutoCloseable {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final int SHOWN = 10;

    private final Vertx vertx = Vertx.vertx();
    private final DeliveryRecord record = new DeliveryRecord();
    private volatile SinkBehaviour behaviour = SinkBehaviour.ACCEPT;
    private volatile String tooLarge = "";
    private @Nullable HttpServer server;
    private int port;

    private RecordingSink() {}

    /** A sink that listens on a free port of the loopback address and accepts everything. */
    public static RecordingSink start() {
        RecordingSink sink = new RecordingSink();
        sink.listen();
        return sink;
    }

    /** The URL to POST events to. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** Changes the behaviour for requests that are read from now on. */
    public void behave(SinkBehaviour next) {
        SinkBehaviour before = behaviour;
        behaviour = next;
        if (next == SinkBehaviour.REFUSE && before != SinkBehaviour.REFUSE) {
            stopListening();
        }
        if (next != SinkBehaviour.REFUSE && before == SinkBehaviour.REFUSE) {
            listen();
        }
    }

    /** Answers 413 to all events with this subject from now on; to none if it is empty. */
    public void refuse(String subject) {
        tooLarge = subject;
    }

    /** The events taken, each once, in the order of their first arrival. */
    public List<RecordedEvent> taken() {
        return record.taken();
    }

    /** Of each object the event taken last, repeats included. */
    public List<RecordedEvent> lastTaken() {
        return record.lastTaken();
    }

    /** How many different events were taken. */
    public int takenCount() {
        return record.takenCount();
    }

    /** Events that were refused and not taken later. */
    public List<RecordedEvent> neverTaken() {
        return record.neverTaken();
    }

    /** Violations of the guarantees about order, ids and repeated data. */
    public List<String> violations() {
        return record.violations();
    }

    /** How many requests were read. */
    public int attempts() {
        return record.attempts();
    }

    /** How many events arrived although the sink had taken them before. */
    public int repeats() {
        return record.repeats();
    }

    /** Waits for an event that matches. */
    public RecordedEvent await(String what, Predicate<RecordedEvent> wanted, Duration limit) {
        await(what, () -> taken().stream().anyMatch(wanted), limit);
        return taken().stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Waits until at least {@code count} different events were taken. */
    public List<RecordedEvent> await(int count, Duration limit) {
        await(count + " events", () -> takenCount() >= count, limit);
        return taken();
    }

    private void await(String what, Callable<Boolean> condition, Duration limit) {
        try {
            Awaitility.await(what)
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL_INTERVAL)
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + ": not within " + limit + "; taken: " + summary(), e);
        }
    }

    @Override
    public void close() {
        completed(vertx.close());
    }

    private String summary() {
        List<RecordedEvent> taken = taken();
        return taken.size() + " events, the last of them "
                + taken.subList(Math.max(0, taken.size() - SHOWN), taken.size()).stream()
                        .map(RecordedEvent::occurrence)
                        .toList();
    }

    private void listen() {
        // With a linger of zero, closing a connection is a reset, as after a crash of the sink.
        HttpServerOptions options = new HttpServerOptions().setSoLinger(0).setReuseAddress(true);
        HttpServer listening = completed(
                vertx.createHttpServer(options).requestHandler(this::receive).listen(port, "127.0.0.1"));
        server = listening;
        port = listening.actualPort();
    }

    private void stopListening() {
        if (server != null) {
            completed(server.close());
        }
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> answer(request, body));
    }

    private void answer(HttpServerRequest request, Buffer body) {
        RecordedEvent event = RecordedEvent.of(request, body);
        SinkBehaviour now = event.subject().equals(tooLarge) ? SinkBehaviour.STATUS_413 : behaviour;
        record.attempted(event);
        if (now.takesEvent()) {
            record.took(event);
        } else {
            record.refused(event);
        }
        now.answer(vertx, request);
    }

    private static <T> T completed(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
