package dev.apiserversource.samples.eventviewer;

import dev.apiserversource.samples.eventreceiver.EventReceiver;
import dev.apiserversource.samples.eventreceiver.ReceivedEvent;
import dev.apiserversource.samples.eventreceiver.ReceivedRequest;
import dev.apiserversource.samples.eventreceiver.Reply;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sink that shows CloudEvents 1.0 on a page.
 *
 * <p>POST to any path takes events, as {@link EventReceiver} says. GET: {@code /} the page, {@code /stream} the events
 * as server-sent events, {@code /events/<number>/data} all data of one event as text, {@code /healthz} 204. A verticle,
 * because all state belongs to one event loop.
 */
final class EventViewer extends AbstractVerticle {

    /** How many ids are known for the recognition of repeats. */
    static final int KNOWN_IDS = 100_000;

    private static final Pattern DATA_PATH = Pattern.compile("/events/(\\d{1,18})/data");
    /** Bounds what the kernel buffers for a slow browser. */
    private static final int SEND_BUFFER = 256 * 1024;

    private final Settings settings;
    private final Clock clock;
    private final Page page = new Page();
    private final EventHistory history;
    private final RateCounter rate = new RateCounter();
    private final KnownIds ids = new KnownIds(KNOWN_IDS);
    private final EventStreams streams;
    private final EventReceiver receiver = new EventReceiver(this::receive);
    private @Nullable Forwarder forwarder;
    private @Nullable HttpServer server;

    EventViewer(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.history = new EventHistory(settings.maxEvents(), settings.maxBytes());
        this.streams = new EventStreams(settings, history, rate, clock);
    }

    /** Listens; fails when the address cannot be bound. */
    @Override
    public void start(Promise<Void> started) {
        if (settings.forwardTo() != null) {
            forwarder = new Forwarder(vertx, settings.forwardTo());
        }
        HttpServer listening = vertx.createHttpServer(
                new HttpServerOptions().setHandle100ContinueAutomatically(true).setSendBufferSize(SEND_BUFFER));
        server = listening;
        vertx.setPeriodic(1000, timer -> streams.tick());
        listening
                .requestHandler(this::handle)
                .listen(settings.address())
                .<Void>mapEmpty()
                .onComplete(started);
    }

    /** The port it listens on, once it is deployed. */
    int port() {
        return server == null ? 0 : server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        Page.secure(request.response().headers());
        if (HttpMethod.POST.equals(request.method())) {
            receiver.handle(request);
        } else if (HttpMethod.GET.equals(request.method())) {
            get(request, String.valueOf(request.path()));
        } else {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, POST");
            respond(request, 405, "POST CloudEvents here and GET / to look at them");
        }
    }

    private void get(HttpServerRequest request, String path) {
        Page.File file = page.file(path);
        Matcher data = DATA_PATH.matcher(path);
        if (file != null) {
            request.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, file.contentType())
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .end(file.content());
        } else if (path.equals("/stream")) {
            streams.open(request);
        } else if (path.equals("/healthz")) {
            request.response().setStatusCode(204).end();
        } else if (data.matches()) {
            getData(request, Long.parseLong(data.group(1)));
        } else {
            respond(request, 404, "nothing here: the page is at /");
        }
    }

    private void getData(HttpServerRequest request, long sequence) {
        ShownEvent event = history.get(sequence);
        if (event == null) {
            respond(request, 404, "event " + sequence + " is not kept any more");
            return;
        }
        Buffer data = event.data() == null ? Buffer.buffer() : event.data();
        // As text whatever it claims to be: a browser must not render what a stranger has sent.
        plainText(request).putHeader(HttpHeaders.CACHE_CONTROL, "no-store").end(data);
    }

    private Future<Reply> receive(ReceivedRequest request) {
        Instant arrived = clock.instant();
        if (forwarder == null) {
            request.events().forEach(event -> add(event, arrived, null));
            return Future.succeededFuture(Reply.ACCEPTED);
        }
        return forwarder.forward(request).map(reply -> {
            request.events().forEach(event -> add(event, arrived, reply.status()));
            return reply;
        });
    }

    private void add(ReceivedEvent event, Instant arrived, @Nullable Integer status) {
        long sequence = history.nextSequence();
        long first = ids.firstSequence(
                event.attributes().getSource().toString(), event.attributes().getId(), sequence);
        byte[] data = event.data() == null ? null : event.data().text().getBytes(StandardCharsets.UTF_8);
        byte[] message =
                Messages.event(event, data, new Messages.Arrival(sequence, first, arrived.toEpochMilli(), status));
        rate.count(
                clock.instant().getEpochSecond(), Category.of(event.attributes().getType()), first != sequence);
        history.add(new ShownEvent(sequence, Buffer.buffer(message), data == null ? null : Buffer.buffer(data)));
        streams.proceed();
    }

    private static void respond(HttpServerRequest request, int status, String text) {
        plainText(request).setStatusCode(status).end(text + "\n");
    }

    private static HttpServerResponse plainText(HttpServerRequest request) {
        return request.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
    }
}
