package dev.apiserversource.loadtests.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 proxy in front of an API server. It uses the API server's own certificate, so clients need no other
 * configuration. It forwards bytes no faster than the client reads them. On demand it answers with an error status,
 * distributes requests to several API servers, hides that history is lost, or closes all connections.
 */
public final class FaultProxy implements AutoCloseable {

    /** Large enough that one watch that is not read fills its own window and never the connection's. */
    private static final int CONNECTION_WINDOW = 32 * 1024 * 1024;

    private static final int FORWARD = 0;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;

    private final Vertx vertx = Vertx.vertx();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<Request> writes = new ConcurrentLinkedQueue<>();
    private final HttpClient upstream;
    private final HttpServer server;
    private volatile List<URI> apiServers;
    private volatile int status = FORWARD;
    private volatile boolean hidingGone;
    private int forwarded;

    /**
     * A request that was forwarded.
     *
     * @param bytes of the body
     */
    public record Request(String method, String path, int bytes) {}

    FaultProxy(URI apiServer, Path certificate, Path key) {
        this.apiServers = List.of(apiServer);
        this.upstream = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2MaxPoolSize(8)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setTrustOptions(new PemTrustOptions().addCertPath(certificate.toString())));
        this.server = completed(vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(certificate.toString())
                                .setKeyPath(key.toString())))
                .connectionHandler(this::connected)
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1"));
    }

    /** The URL that clients use as the API server's. */
    public URI url() {
        return URI.create("https://127.0.0.1:" + server.actualPort());
    }

    /** Forwards requests again. */
    public void forward() {
        status = FORWARD;
    }

    /** Answers every request with {@code failure}, an HTTP status, and closes all connections. */
    public void failWith(int failure) {
        status = failure;
        closeConnections();
    }

    /** Distributes requests to these API servers in turn. */
    public void distributeTo(List<URI> servers) {
        apiServers = List.copyOf(servers);
    }

    /**
     * Whether a watch whose history is lost ends cleanly without a frame, instead of with an ERROR frame of code 410.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/issues/104171">API servers that do so</a>
     */
    public void hideGone(boolean hide) {
        hidingGone = hide;
    }

    /** The forwarded requests that change objects, in order. */
    public List<Request> writes() {
        return List.copyOf(writes);
    }

    /** Closes every client connection, and with it the watches. */
    public void closeConnections() {
        connections.forEach(HttpConnection::close);
    }

    @Override
    public void close() {
        completed(vertx.close());
    }

    private void connected(HttpConnection connection) {
        connections.add(connection);
        connection.closeHandler(closed -> connections.remove(connection));
    }

    private void receive(HttpServerRequest request) {
        int failure = status;
        if (failure == FORWARD) {
            request.body().onSuccess(body -> forward(request, body));
        } else {
            fail(request.response(), failure);
        }
    }

    private static void fail(HttpServerResponse response, int failure) {
        if (failure == TOO_MANY_REQUESTS) {
            response.putHeader("Retry-After", "1");
        }
        response.setStatusCode(failure);
        if (failure == NOT_FOUND) {
            // As a load balancer that has no backend, which does not answer in the format of the API.
            response.putHeader("Content-Type", "text/plain").end("404 page not found");
            return;
        }
        response.putHeader("Content-Type", "application/json");
        response.end(
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"injected fault\"}");
    }

    private void forward(HttpServerRequest request, Buffer body) {
        if (request.method() != HttpMethod.GET) {
            writes.add(new Request(request.method().name(), request.path(), body.length()));
        }
        upstream.request(upstreamOptions(request))
                .compose(sent -> {
                    request.response().exceptionHandler(gone -> sent.reset());
                    request.response().closeHandler(gone -> sent.reset());
                    return send(sent, request, body);
                })
                .onSuccess(response -> returnTo(request, response))
                .onFailure(failure -> request.response().reset());
    }

    private RequestOptions upstreamOptions(HttpServerRequest request) {
        List<URI> servers = apiServers;
        URI apiServer = servers.get(Math.floorMod(forwarded++, servers.size()));
        return new RequestOptions()
                .setSsl(true)
                .setHost(apiServer.getHost())
                .setPort(apiServer.getPort())
                .setMethod(request.method())
                .setURI(request.uri());
    }

    private static Future<HttpClientResponse> send(HttpClientRequest sent, HttpServerRequest request, Buffer body) {
        request.headers().forEach((name, value) -> {
            if (!name.startsWith(":") && !name.equalsIgnoreCase("host") && !name.equalsIgnoreCase("content-length")) {
                sent.putHeader(name, value);
            }
        });
        return body.length() == 0 ? sent.send() : sent.send(body);
    }

    private void returnTo(HttpServerRequest request, HttpClientResponse response) {
        HttpServerResponse client = request.response();
        client.setStatusCode(response.statusCode());
        client.headers().addAll(response.headers());
        client.write(Buffer.buffer()); // Sends the head now: a quiet watch has no frame for minutes.
        if (hidingGone && "true".equals(request.getParam("watch"))) {
            returnUnlessGone(client, response);
        } else {
            response.pipeTo(client).onFailure(interrupted -> client.reset());
        }
    }

    /** Ends at the first frame that says that history is lost. */
    private static void returnUnlessGone(HttpServerResponse client, HttpClientResponse response) {
        response.handler(frame -> {
            if (isGone(frame)) {
                end(client);
            } else if (isOpen(client)) {
                client.write(frame);
            }
        });
        response.exceptionHandler(interrupted -> client.reset());
        response.endHandler(complete -> end(client));
    }

    private static boolean isGone(Buffer frame) {
        String text = frame.toString();
        return text.startsWith("{\"type\":\"ERROR\"") && text.contains("\"code\":410");
    }

    private static void end(HttpServerResponse client) {
        if (isOpen(client)) {
            client.end();
        }
    }

    private static boolean isOpen(HttpServerResponse client) {
        return !client.ended() && !client.closed();
    }

    private static <T> T completed(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
