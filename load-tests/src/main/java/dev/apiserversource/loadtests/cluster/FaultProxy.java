package dev.apiserversource.loadtests.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a client and an API server, with the API server's own certificate, so that the client cannot tell: passes everything on
 * byte by byte and no faster than it is read, and answers with an error, or cuts every connection, when it is told to. HTTP/2 on both
 * sides.
 */
public final class FaultProxy implements AutoCloseable {

    /** So large that an adapter that does not read its watch fills that stream's window and stops no other request. */
    private static final int CONNECTION_WINDOW = 32 * 1024 * 1024;

    private static final int PASS_ON = 0;
    private static final int TOO_MANY_REQUESTS = 429;

    private final Vertx vertx = Vertx.vertx();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final URI apiServer;
    private final HttpClient upstream;
    private final HttpServer server;
    private volatile int answer = PASS_ON;

    /** Listens on a free port of the loopback address for whoever wants to reach {@code apiServer}, which has this certificate and key. */
    FaultProxy(URI apiServer, Path certificate, Path key) {
        this.apiServer = apiServer;
        this.upstream = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2MaxPoolSize(8)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setTrustOptions(new PemTrustOptions().addCertPath(certificate.toString())));
        this.server = settle(vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(certificate.toString())
                                .setKeyPath(key.toString())))
                .connectionHandler(this::connected)
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1"));
    }

    /** What a client is to take for the API server's URL. */
    public URI url() {
        return URI.create("https://127.0.0.1:" + server.actualPort());
    }

    /** Passes requests on. */
    public void passOn() {
        answer = PASS_ON;
    }

    /** Answers every request with {@code status} from now on, and cuts what is under way. */
    public void answer(int status) {
        answer = status;
        cut();
    }

    /** Cuts every connection, and with it the watches. */
    public void cut() {
        connections.forEach(HttpConnection::close);
    }

    @Override
    public void close() {
        settle(vertx.close());
    }

    private void connected(HttpConnection connection) {
        connections.add(connection);
        connection.closeHandler(closed -> connections.remove(connection));
    }

    private void receive(HttpServerRequest request) {
        if (answer == PASS_ON) {
            request.body().onSuccess(body -> passOn(request, body));
        } else {
            refuse(request.response());
        }
    }

    private void refuse(HttpServerResponse response) {
        if (answer == TOO_MANY_REQUESTS) {
            response.putHeader("Retry-After", "1");
        }
        response.setStatusCode(answer).putHeader("Content-Type", "application/json");
        response.end("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"told to fail\"}");
    }

    private void passOn(HttpServerRequest request, Buffer body) {
        upstream.request(to(request))
                .compose(sent -> {
                    request.response().exceptionHandler(gone -> sent.reset());
                    request.response().closeHandler(gone -> sent.reset());
                    return send(sent, request, body);
                })
                .onSuccess(answered -> passBack(answered, request.response()))
                .onFailure(failure -> request.response().reset());
    }

    private RequestOptions to(HttpServerRequest request) {
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

    private static void passBack(HttpClientResponse answered, HttpServerResponse response) {
        response.setStatusCode(answered.statusCode());
        response.headers().addAll(answered.headers());
        answered.pipeTo(response).onFailure(cut -> response.reset());
    }

    private static <T> T settle(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
