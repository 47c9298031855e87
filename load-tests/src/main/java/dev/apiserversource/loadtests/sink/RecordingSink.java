package dev.apiserversource.loadtests.sink;

import dev.apiserversource.loadtests.Patience;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * An HTTP sink for CloudEvents in binary mode that records what it gets, keeps account of order and repeats as events arrive, and
 * behaves as badly as it is told to.
 */
public final class RecordingSink implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Ledger ledger = new Ledger();
    private volatile Behaviour behaviour = Behaviour.ACCEPT;
    private @Nullable HttpServer server;
    private int port;

    private RecordingSink() {}

    /** A sink that listens on a free port of the loopback address and accepts everything. */
    public static RecordingSink start() {
        RecordingSink sink = new RecordingSink();
        sink.listen();
        return sink;
    }

    /** Where to POST to. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** Changes what happens to attempts from now on; attempts already read keep the answer they were to get. */
    public void behave(Behaviour next) {
        Behaviour before = behaviour;
        behaviour = next;
        if (next == Behaviour.REFUSE && before != Behaviour.REFUSE) {
            stopListening();
        }
        if (next != Behaviour.REFUSE && before == Behaviour.REFUSE) {
            listen();
        }
    }

    /** The events the sink has, each once, in the order in which they first came. */
    public List<ReceivedEvent> taken() {
        return ledger.taken();
    }

    /** How many events the sink has. */
    public int takenCount() {
        return ledger.takenCount();
    }

    /** Events that came, were refused and did not come again. */
    public List<ReceivedEvent> neverTaken() {
        return ledger.neverTaken();
    }

    /** Broken promises about order, ids and repeated data; empty when all is well. */
    public List<String> breaches() {
        return ledger.breaches();
    }

    /** How many requests came. */
    public int attempts() {
        return ledger.attempts();
    }

    /** How many events came although the sink had them. */
    public int repeats() {
        return ledger.repeats();
    }

    /** Waits for an event that fits. */
    public ReceivedEvent await(String what, Predicate<ReceivedEvent> wanted, Patience patience) {
        patience.until(
                () -> what + "; came: " + summary(), () -> taken().stream().anyMatch(wanted));
        return taken().stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Waits until the sink has at least {@code count} events. */
    public List<ReceivedEvent> await(int count, Patience patience) {
        patience.until(() -> count + " events; came: " + summary(), () -> takenCount() >= count);
        return taken();
    }

    @Override
    public void close() {
        settle(vertx.close());
    }

    private String summary() {
        List<ReceivedEvent> taken = taken();
        return taken.size() + " events, the last of them "
                + taken.subList(Math.max(0, taken.size() - 10), taken.size()).stream()
                        .map(ReceivedEvent::occurrence)
                        .toList();
    }

    private void listen() {
        // A linger of zero makes closing a connection a reset, which is what a crashed sink looks like.
        HttpServerOptions options = new HttpServerOptions().setSoLinger(0).setReuseAddress(true);
        HttpServer listening = settle(
                vertx.createHttpServer(options).requestHandler(this::receive).listen(port, "127.0.0.1"));
        server = listening;
        port = listening.actualPort();
    }

    private void stopListening() {
        if (server != null) {
            settle(server.close());
        }
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> answer(request, body));
    }

    private void answer(HttpServerRequest request, Buffer body) {
        Behaviour now = behaviour;
        ReceivedEvent event = ReceivedEvent.of(request, body);
        ledger.attempted(event);
        if (now.takes()) {
            ledger.took(event);
        } else {
            ledger.refused(event);
        }
        now.answer(vertx, request);
    }

    private static <T> T settle(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
