package dev.apiserversource.samples.eventviewer;

import dev.apiserversource.samples.eventreceiver.ReceivedRequest;
import dev.apiserversource.samples.eventreceiver.Reply;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Passes requests on to a sink. The sender gets the sink's status, so an event counts as delivered only when the sink
 * has accepted it, and the sender repeats it otherwise: nothing is kept here.
 */
final class Forwarder {

    private static final Logger log = LoggerFactory.getLogger(Forwarder.class);
    /** Shorter than the 30 s of the adapters, so that they learn the reason. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final int BAD_GATEWAY = 502;
    private static final int MAX_CONNECTIONS = 64;
    private static final String RETRY_AFTER = "Retry-After";
    /** Of one connection, not of the request: RFC 9110, section 7.6.1; and those that the client sets itself. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final HttpClient client;
    private final URI sink;

    Forwarder(Vertx vertx, URI sink) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(MAX_CONNECTIONS).setConnectTimeout((int) TIMEOUT.toMillis()));
        this.sink = sink;
    }

    /** What the sink answered: its status and Retry-After; 502 when it cannot be reached. Never fails. */
    Future<Reply> forward(ReceivedRequest request) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(sink.toString())
                .setTimeout(TIMEOUT.toMillis())
                .setFollowRedirects(false);
        return client.request(options)
                .compose(outgoing -> send(outgoing, request))
                .recover(failure -> Future.succeededFuture(unreachable(failure)));
    }

    private static Future<Reply> send(HttpClientRequest outgoing, ReceivedRequest request) {
        copy(request.headers(), outgoing.headers());
        return outgoing.send(request.body()).map(Forwarder::reply);
    }

    private static Reply reply(HttpClientResponse response) {
        int status = response.statusCode();
        boolean accepted = status / 100 == 2;
        // The body of the response is read and discarded, because no handler is set.
        return new Reply(status, accepted ? "" : "the sink answered " + status, response.getHeader(RETRY_AFTER));
    }

    private static void copy(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                to.add(name, value);
            }
        });
    }

    private Reply unreachable(Throwable failure) {
        log.atWarn()
                .addKeyValue("sink", sink)
                .addKeyValue("reason", failure.getMessage())
                .log("sink not reached");
        return new Reply(BAD_GATEWAY, "the sink cannot be reached", null);
    }
}
