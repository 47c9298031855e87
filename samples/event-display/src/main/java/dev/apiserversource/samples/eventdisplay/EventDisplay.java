package dev.apiserversource.samples.eventdisplay;

import dev.apiserversource.samples.eventreceiver.EventReceiver;
import dev.apiserversource.samples.eventreceiver.ReceivedRequest;
import dev.apiserversource.samples.eventreceiver.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

import java.util.function.Consumer;

/**
 * A sink that prints CloudEvents 1.0, sent by POST to any path in binary, structured or batched mode.
 *
 * <p>Responses: 200 printed, 400 malformed, 413 too large, 415 not a CloudEvent or not in JSON, 503 too many
 * bodies at once, each with the reason as text. {@code /healthz} answers 204.
 */
final class EventDisplay {

    private final HttpServer server;
    private final Consumer<String> out;
    private final EventReceiver receiver = new EventReceiver(this::print);

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
            receiver.handle(request);
        }
    }

    private Future<Reply> print(ReceivedRequest request) {
        request.events().forEach(event -> out.accept(EventFormatter.format(event)));
        return Future.succeededFuture(Reply.ACCEPTED);
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
