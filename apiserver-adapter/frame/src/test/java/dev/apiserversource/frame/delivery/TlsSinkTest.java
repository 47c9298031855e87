package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.VertxTimers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.impl.ConnectionBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import javax.net.ssl.SSLException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class TlsSinkTest {

    private static TestAuthority authority;
    private static KeyCertOptions localhost;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();

    @BeforeAll
    static void certify(@TempDir Path directory) {
        authority = TestAuthority.create(directory, "ours");
        localhost = authority.serverNamed("localhost");
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @Test
    void trustsTheConfiguredCertificatesAndUsesHttp2() {
        FixtureSink fixture = start(localhost, true);

        Await.result(deliver(fixture, Optional.of(authority.pem())));

        assertThat(fixture.received().get(0).version()).isEqualTo(HttpVersion.HTTP_2);
    }

    @Test
    void usesHttp1WhenTheSinkOffersNoHttp2() {
        FixtureSink fixture = start(localhost, false);

        Await.result(deliver(fixture, Optional.of(authority.pem())));

        assertThat(fixture.received().get(0).version()).isEqualTo(HttpVersion.HTTP_1_1);
    }

    @Test
    void trustsEveryCertificateOfThePem(@TempDir Path directory) {
        TestAuthority other = TestAuthority.create(directory, "other");
        FixtureSink fixture = start(localhost, true);

        Await.result(deliver(fixture, Optional.of(other.pem() + authority.pem())));

        assertThat(fixture.accepted()).hasSize(1);
    }

    @Test
    void doesNotTrustAnUnknownCertificate() {
        FixtureSink fixture = start(localhost, true);

        assertThat(Await.failure(deliver(fixture, Optional.empty())))
                .isInstanceOfSatisfying(DeliveryException.class, failure -> {
                    assertThat(failure.isRetryable()).isTrue();
                    assertThat(failure).hasRootCauseInstanceOf(Exception.class);
                    assertThat(failure.result()).isEqualTo("connection");
                });
        assertThat(fixture.received()).isEmpty();
    }

    @Test
    void doesNotTrustTheCertificateOfAnotherHost() {
        FixtureSink fixture = start(authority.serverNamed("elsewhere.example"), true);

        Throwable failure = Await.failure(deliver(fixture, Optional.of(authority.pem())));

        assertThat(failure).hasCauseInstanceOf(SSLException.class).hasStackTraceContaining("localhost");
        assertThat(fixture.received()).isEmpty();
    }

    @Test
    void trustsARotatedBundleWithoutARestart(@TempDir Path directory) throws IOException {
        TestAuthority rotated = TestAuthority.create(directory, "rotated");
        Path bundles = Files.createDirectory(directory.resolve("bundles"));
        Files.writeString(bundles.resolve("ca.crt"), authority.pem());
        FixtureSink before = start(localhost, true);
        FixtureSink after = start(rotated.serverNamed("localhost"), true);
        Delivery delivery = delivery(before.url(), bundles);

        Await.result(onLoop(delivery.attempts(SinkAddress.Role.MAIN, SinkAddress.of(before.url()))));
        Sink moved = delivery.attempts(SinkAddress.Role.MAIN, SinkAddress.of(after.url()));
        assertThat(Await.failure(onLoop(moved))).hasRootCauseInstanceOf(Exception.class);
        Files.writeString(bundles.resolve("ca.crt"), rotated.pem() + rotated.pem());

        Await.result(onLoop(moved));
        assertThat(after.accepted()).hasSize(1);
    }

    @Test
    void refusesTlsBelow12() {
        HttpServerOptions old = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(localhost)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.1"));
        FixtureSink fixture = Await.result(FixtureSink.start(vertx, old));

        assertThat(Await.failure(deliver(fixture, Optional.of(authority.pem()))))
                .hasMessageContaining("no connection");
    }

    private Delivery delivery(URI url, Path bundles) {
        return new Delivery(
                vertx,
                DeliverySettings.defaults(SinkAddress.of(url), "ns"),
                new VertxTimers(vertx),
                new Random(1),
                new DeliveryMeters(new SimpleMeterRegistry()),
                new SinkAccess(SendPermit.ALWAYS, SinkTokens.NONE, bundles));
    }

    @Test
    void opensANewConnectionAfterATimeoutOnHttp2() {
        FixtureSink fixture = start(localhost, true);
        Sink attempts = sink(fixture, Optional.of(authority.pem()), Duration.ofSeconds(1));
        RetryPolicy policy = RetrySettings.defaults().policy(new Random(1));
        Sink sink = new RetryingSink(attempts, SinkAddress.Role.MAIN, policy, new VertxTimers(vertx));
        Await.result(onLoop(sink));
        int before = fixture.connectionsOpened();
        fixture.breakNext(SinkFault.STALL_BEFORE_HEADERS);

        Await.result(onLoop(sink));

        assertThat(fixture.connectionsOpened()).isGreaterThan(before);
    }

    @Test
    void timesOutDuringTheTlsHandshake() {
        NetServer mute = Await.result(
                vertx.createNetServer().connectHandler(socket -> {}).listen(0, "localhost"));
        URI url = URI.create("https://localhost:" + mute.actualPort());

        Throwable failure = Await.failure(onLoop(sink(url, Optional.of(authority.pem()), Duration.ofMillis(200))));

        assertThat(failure).hasMessageContaining("no answer within PT0.2S");
    }

    @Test
    void followsARedirectFromHttpToHttps() {
        FixtureSink secured = start(localhost, true);
        URI plain = redirecting(new HttpServerOptions(), secured.url());

        Await.result(onLoop(sink(plain, Optional.of(authority.pem()), Duration.ofMinutes(1))));

        assertThat(secured.accepted()).hasSize(1);
    }

    @Test
    void doesNotFollowARedirectFromHttpsToHttp() {
        FixtureSink plain = Await.result(FixtureSink.start(vertx));
        HttpServerOptions tls = new HttpServerOptions().setSsl(true).setKeyCertOptions(localhost);
        URI secured = redirecting(tls, plain.url());

        Throwable failure = Await.failure(onLoop(sink(secured, Optional.of(authority.pem()), Duration.ofMinutes(1))));

        assertThat(failure).hasMessage("sink answered 308: redirect to another scheme: " + plain.url());
        assertThat(plain.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 104, 150, 199})
    void anInterimAnswerIsNoOutcomeOverHttp2(int status) {
        URI url = answering(status, 503, 202);
        Sink sink = sink(url, Optional.of(authority.pem()), Duration.ofMinutes(1));

        Throwable failure = Await.failure(onLoop(sink));
        Await.result(onLoop(sink));

        assertThat(failure).hasMessage("sink answered 503");
    }

    @Test
    void timesOutAfterAnInterimAnswerOverHttp2() {
        URI url = answering(102);
        Throwable failure = Await.failure(onLoop(sink(url, Optional.of(authority.pem()), Duration.ofSeconds(1))));

        assertThat(failure).hasMessageContaining("no answer within PT1S");
    }

    /** Answers each request with two interim answers, and then with the next of {@code statuses}, if any. */
    private URI answering(int interim, Integer... statuses) {
        Queue<Integer> answers = new ArrayDeque<>(List.of(statuses));
        HttpServerOptions tls =
                new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(localhost);
        int port = Await.result(vertx.createHttpServer(tls)
                        .requestHandler(request -> {
                            writeHead(request, interim);
                            writeHead(request, interim);
                            Optional.ofNullable(answers.poll()).ifPresent(status -> request.response()
                                    .setStatusCode(status)
                                    .end());
                        })
                        .listen(0, "localhost"))
                .actualPort();
        return URI.create("https://localhost:" + port + "/in");
    }

    /** Vert.x writes no head but that of the final answer. */
    @SuppressWarnings("FutureReturnValueIgnored") // without the head, the test fails
    private static void writeHead(HttpServerRequest request, int status) {
        ChannelHandlerContext connection = ((ConnectionBase) request.connection()).channelHandlerContext();
        connection
                .pipeline()
                .get(Http2ConnectionHandler.class)
                .encoder()
                .writeHeaders(
                        connection,
                        request.streamId(),
                        new DefaultHttp2Headers().status(Integer.toString(status)),
                        0,
                        false,
                        connection.newPromise());
    }

    private URI redirecting(HttpServerOptions options, URI target) {
        int port = Await.result(vertx.createHttpServer(options)
                        .requestHandler(request -> request.body().onSuccess(body -> request.response()
                                .setStatusCode(308)
                                .putHeader("Location", target.toString())
                                .end()))
                        .listen(0, "localhost"))
                .actualPort();
        return URI.create((options.isSsl() ? "https" : "http") + "://localhost:" + port + "/in");
    }

    private FixtureSink start(KeyCertOptions certificate, boolean http2) {
        return Await.result(FixtureSink.start(
                vertx, new HttpServerOptions().setSsl(true).setUseAlpn(http2).setKeyCertOptions(certificate)));
    }

    private Future<Void> deliver(FixtureSink fixture, Optional<String> caCerts) {
        return onLoop(sink(fixture, caCerts, Duration.ofMinutes(1)));
    }

    private Sink sink(FixtureSink fixture, Optional<String> caCerts, Duration timeout) {
        return sink(fixture.url(), caCerts, timeout);
    }

    private Sink sink(URI url, Optional<String> caCerts, Duration timeout) {
        SinkAddress address = new SinkAddress(url, caCerts);
        DeliverySettings settings = new DeliverySettings(
                address, Optional.empty(), RetrySettings.defaults(), "ns", timeout, DeliverySettings.Limits.DEFAULT);
        DeliveryMeters meters = new DeliveryMeters(new SimpleMeterRegistry());
        return new Delivery(
                        vertx,
                        settings,
                        new VertxTimers(vertx),
                        new Random(1),
                        meters,
                        SinkAccess.of(SendPermit.ALWAYS))
                .attempts(SinkAddress.Role.MAIN, address);
    }

    private Future<Void> onLoop(Sink sink) {
        return Future.future(
                done -> loop.runOnContext(now -> sink.deliver(Events.event("1")).onComplete(done)));
    }
}
