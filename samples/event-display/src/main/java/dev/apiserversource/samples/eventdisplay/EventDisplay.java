package dev.apiserversource.samples.eventdisplay;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
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
 * A sink that prints CloudEvents 1.0, sent by POST to any path in binary, structured or batched mode.
 *
 * <p>Responses: 200 printed, 400 malformed, 413 too large, 415 not a CloudEvent or not in JSON, each with the reason as
 * text. {@code /healthz} answers 204.
 */
final class EventDisplay {

    /** The longest body that is accepted, in bytes. */
    static final int MAX_BODY = 8 * 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(EventDisplay.class);

    private final HttpServer server;
    private final Consumer<String> out;

    private EventDisplay(HttpServer server, Consumer<String> out) {
        this.server = server;
        this.out = out;
    }

    /**
     * Starts to listen.
     *
     * @param address port 0 takes a free one, see {@link #port()}
     * @param out receives the whole text of one event per call, never two calls at once
     * @return fails when the address cannot be bound
     */
    static Future<EventDisplay> start(Vertx vertx, SocketAddress address, Consumer<String> out) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(true));
        EventDisplay display = new EventDisplay(server, out);
        server.requestHandler(display::handle);
        return server.listen(address).map(listening -> display);
    }

    /** The port it listens on. */
    int port() {
        return server.actualPort();
    }

    /** Stops listening and closes the connections. */
    Future<Void> close() {
        return server.close();
    }

    private void handle(HttpServerRequest request) {
        if ("/healthz".equals(request.path())) {
            respond(request, 204, "");
        } else if (!HttpMethod.POST.equals(request.method())) {
            request.response().putHeader(HttpHeaders.ALLOW, "POST");
            respond(request, 405, "POST CloudEvents here: they are printed");
        } else {
            body(request)
                    .map(body -> decode(request.headers(), body))
                    .map(this::print)
                    .onSuccess(printed -> respond(request, 200, ""))
                    .onFailure(failure -> reject(request, failure));
        }
    }

    /**
     * The body, read up to {@link #MAX_BODY}: the future fails as soon as more arrives. It never completes when the
     * client disconnects, because there is no response to send then.
     */
    private static Future<Buffer> body(HttpServerRequest request) {
        Buffer received = Buffer.buffer();
        Promise<Buffer> body = Promise.promise();
        request.handler(chunk -> {
            if (received.length() + chunk.length() > MAX_BODY) {
                body.tryFail(RejectedRequestException.tooLarge(MAX_BODY));
            } else {
                received.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> body.tryComplete(received));
        request.exceptionHandler(e -> log.atDebug().setCause(e).log("client disconnected during a request"));
        return body.future();
    }

    private static List<ReceivedEvent> decode(MultiMap headers, Buffer body) {
        ContentType type = ContentType.of(headers.get(HttpHeaders.CONTENT_TYPE));
        if (type.isStructuredJson()) {
            return JsonDecoder.decodeStructured(body);
        } else if (type.isBatchJson()) {
            return JsonDecoder.decodeBatch(body);
        } else if (type.isCloudEvents()) {
            throw RejectedRequestException.unsupported(
                    type.mediaType() + " is not read here: send JSON or binary mode");
        } else if (!BinaryDecoder.hasAttribute(headers)) {
            throw RejectedRequestException.unsupported(
                    "no CloudEvent: no ce- header, and Content-Type is not application/cloudevents+json");
        }
        return List.of(BinaryDecoder.decode(headers, body));
    }

    private int print(List<ReceivedEvent> events) {
        events.forEach(event -> out.accept(EventFormatter.format(event)));
        return events.size();
    }

    private static void reject(HttpServerRequest request, Throwable failure) {
        if (failure instanceof RejectedRequestException rejected) {
            log.atWarn().addKeyValue("status", rejected.status()).log("request rejected: {}", rejected.reason());
            respond(request, rejected.status(), rejected.reason()).onComplete(sent -> endUnread(request));
        } else {
            log.atError().setCause(failure).log("event not printed");
            respond(request, 500, "the event could not be printed");
        }
    }

    /**
     * Closes the connection instead of reading the rest of a body that is too long. An HTTP/2 connection is shared with
     * other requests: there the rest is read and discarded.
     */
    private static void endUnread(HttpServerRequest request) {
        if (!request.isEnded() && request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }

    private static Future<Void> respond(HttpServerRequest request, int status, String text) {
        request.response().setStatusCode(status);
        if (text.isEmpty()) {
            return request.response().end();
        }
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        return request.response().end(text + "\n");
    }
}
