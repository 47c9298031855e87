package dev.apiserversource.frame.kube;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.TestAuthority;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients against a server that speaks HTTP/2, behind a proxy that stops forwarding on demand. */
class KubeClientsTest {

    private static final Duration PING_INTERVAL = Duration.ofMillis(200);
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

    private static PfxOptions certificate;

    private final Vertx vertx = Vertx.vertx();
    private final Promise<HttpServerRequest> received = Promise.promise();
    private final Promise<Void> opened = Promise.promise();
    private final Promise<Void> connectionClosed = Promise.promise();
    private NetServer proxy;
    private volatile boolean silent;

    @BeforeAll
    static void createCertificate(@TempDir Path directory) {
        certificate = TestAuthority.create(directory, "authority").serverNamed("localhost");
    }

    @BeforeEach
    void start() {
        HttpServer server = Await.result(vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(certificate))
                .requestHandler(this::watch)
                .listen(0, "127.0.0.1"));
        proxy = Await.result(vertx.createNetServer()
                .connectHandler(socket -> forward(socket, server.actualPort()))
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    /** Sends the head of a response that never ends. */
    private void watch(HttpServerRequest request) {
        request.response().setChunked(true).write("{}\n");
        received.tryComplete(request);
    }

    private void forward(NetSocket client, int port) {
        client.pause();
        client.closeHandler(closed -> connectionClosed.tryComplete());
        vertx.createNetClient().connect(port, "127.0.0.1").onSuccess(server -> {
            pump(client, server);
            pump(server, client);
            client.resume();
        });
    }

    private void pump(NetSocket from, NetSocket to) {
        from.handler(bytes -> {
            if (!silent) {
                to.write(bytes);
            }
        });
    }

    private KubeHttp client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + proxy.actualPort())
                .withTrustCerts(true)
                .withDisableHostnameVerification(true)
                .build();
        return KubeClients.http(vertx, config, IDLE_TIMEOUT, PING_INTERVAL);
    }

    /** Opens a watch. The result completes when it ends. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    private Future<Void> openWatch(KubeHttp client) {
        Promise<Void> ended = Promise.promise();
        client.client()
                .consumeBytes(
                        client.client()
                                .newHttpRequestBuilder()
                                .uri(client.baseUrl() + "/watch")
                                .build(),
                        (bytes, body) -> opened.tryComplete())
                .thenAccept(response -> {
                    response.body().consume();
                    response.body().done().whenComplete((done, failure) -> ended.tryFail(failure));
                });
        return ended.future();
    }

    @Test
    void aConnectionThatDoesNotAnswerIsClosed() {
        Future<Void> ended = openWatch(client());
        HttpServerRequest request = Await.result(received.future());
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
        Await.result(opened.future());
        silent = true;

        assertThat(Await.failure(ended)).hasMessageContaining("closed");
        Await.result(connectionClosed.future());
    }

    @Test
    void aQuietWatchOnALivingConnectionStaysOpen() {
        Future<Void> ended = openWatch(client());
        HttpServerRequest request = Await.result(received.future());
        Promise<Void> fivePings = Promise.promise();
        int[] pings = {0};
        request.connection().pingHandler(ping -> {
            if (++pings[0] == 5) {
                fivePings.complete();
            }
        });

        Await.result(fivePings.future());
        assertThat(ended.isComplete()).isFalse();
    }

    @Test
    void theAuditLogShowsTheUserAgentOfTheAdapter() {
        openWatch(client());

        assertThat(Await.result(received.future()).getHeader("User-Agent")).isEqualTo(KubeClients.USER_AGENT);
    }

    @ParameterizedTest
    @CsvSource({"1, 65536", "256, 65536", "512, 32768", "1024, 16384", "100000, 16384"})
    void theWindowOfAStreamIsItsShareOfSixteenMebibytes(int streams, int window) {
        assertThat(KubeClients.streamWindow(streams)).isEqualTo(window);
    }
}
