package dev.apiserversource.samples.eventdisplay;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Consumer;

/**
 * A sink that prints what it is sent: CloudEvents 1.0 over HTTP in binary, structured and batched mode, by POST to any path.
 *
 * <p>An event is answered 200 after it was printed, a request that breaks the specification 400, one that is no CloudEvent
 * 415, each with the reason as text. {@code /healthz} answers 204.
 */
public final class EventDisplay {

    /** The longest body that is read, in bytes; a longer one is answered 413. */
    static final int MAX_BODY = 8 * 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(EventDisplay.class);

    private final HttpServer server;
    private final Consumer<String> out;

    private EventDisplay(HttpServer server, Consumer<String> out) {
        this.server = server;
        this.out = out;
    }

    /** Starts to listen on {@code port} of every address of the machine; see {@link #start(Vertx, SocketAddress, Consumer)}. */
    public static Future<EventDisplay> start(Vertx vertx, int port, Consumer<String> out) {
        return start(vertx, SocketAddress.inetSocketAddress(port, HttpServerOptions.DEFAULT_HOST), out);
    }

    /**
     * Starts to listen.
     *
     * @param address where; port 0 takes a free one, see {@link #port()}
     * @param out is given each event's text whole, in one call, and one event after the other
     * @return the running display, or why the address cannot be had
     */
    public static Future<EventDisplay> start(Vertx vertx, SocketAddress address, Consumer<String> out) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(true));
        EventDisplay display = new EventDisplay(server, out);
        server.requestHandler(display::handle);
        return server.listen(address).map(listening -> display);
    }

    /** The port that is listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Stops listening and closes the connections. */
    public Future<Void> close() {
        return server.close();
    }

    private void handle(HttpServerRequest request) {
        if ("/healthz".equals(request.path())) {
            answer(request, 204, "");
        } else if (!HttpMethod.POST.equals(request.method())) {
            request.response().putHeader(HttpHeaders.ALLOW, "POST");
            answer(request, 405, "POST CloudEvents here: they are printed");
        } else {
            BoundedBody.of(request, MAX_BODY)
                    .map(body -> decode(request.headers(), body))
                    .map(this::print)
                    .onSuccess(printed -> answer(request, 200, ""))
                    .onFailure(problem -> refuse(request, problem));
        }
    }

    private static List<ReceivedEvent> decode(MultiMap headers, Buffer body) {
        ContentType type = ContentType.of(headers.get(HttpHeaders.CONTENT_TYPE));
        if (type.isStructuredJson()) {
            return JsonMode.decodeOne(body);
        } else if (type.isBatchJson()) {
            return JsonMode.decodeBatch(body);
        } else if (type.isCloudEvents()) {
            throw Refusal.unsupported(type.mediaType() + " is not read here: send JSON or binary mode");
        } else if (!BinaryMode.isUsedIn(headers)) {
            throw Refusal.unsupported(
                    "no CloudEvent: no ce- header, and Content-Type is not application/cloudevents+json");
        }
        return List.of(BinaryMode.decode(headers, body));
    }

    private int print(List<ReceivedEvent> events) {
        events.forEach(event -> out.accept(EventText.of(event)));
        return events.size();
    }

    private static void refuse(HttpServerRequest request, Throwable problem) {
        if (problem instanceof Refusal refusal) {
            log.atWarn().addKeyValue("status", refusal.status()).log("request refused: {}", refusal.reason());
            answer(request, refusal.status(), refusal.reason()).onComplete(sent -> endUnread(request));
        } else {
            log.atError().setCause(problem).log("event not printed");
            answer(request, 500, "the event could not be printed");
        }
    }

    /**
     * Does not wait for the rest of a body that is too long. Over HTTP/2 other requests share the connection: there the rest is
     * read and dropped.
     */
    private static void endUnread(HttpServerRequest request) {
        if (!request.isEnded() && request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }

    private static Future<Void> answer(HttpServerRequest request, int status, String text) {
        request.response().setStatusCode(status);
        if (text.isEmpty()) {
            return request.response().end();
        }
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        return request.response().end(text + "\n");
    }
}
