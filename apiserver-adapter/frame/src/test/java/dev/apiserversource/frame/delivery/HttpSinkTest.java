package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.VertxTimers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class HttpSinkTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private FixtureSink fixture;

    @BeforeEach
    void start() {
        fixture = Await.result(FixtureSink.start(vertx));
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @Test
    void postsBinaryContentModeWithTheNamespaceOfTheSource() {
        CloudEvent event = Events.builder("1")
                .withSubject("/apis/v1/namespaces/default/pods/busybox")
                .withTime(OffsetDateTime.parse("2026-01-01T00:00:00.5Z"))
                .withExtension("kind", "Pod")
                .build();

        Await.result(deliver(event, TIMEOUT));

        FixtureSink.Received received = fixture.received().get(0);
        assertThat(received.event()).isEqualTo(event);
        assertThat(received.body()).hasToString("{\"b\":1}");
        assertThat(received.headers().get("Kn-Namespace")).isEqualTo("ns");
        assertThat(received.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(received.headers().get("ce-time")).isEqualTo("2026-01-01T00:00:00.5Z");
    }

    @Test
    void percentEncodesAttributes() {
        CloudEvent event = Events.builder("ä 1%\"€😀\n")
                .withSubject("a/b c")
                .withSource(URI.create("urn:with%20space"))
                .withDataContentType("application/json; charset=utf-8")
                .withExtension("plain", "!#$&'()*+,-./:;<=>?@[\\]^_`{|}~")
                .build();

        Await.result(deliver(event, TIMEOUT));

        FixtureSink.Received received = fixture.received().get(0);
        assertThat(received.headers().get("ce-id")).isEqualTo("%C3%A4%201%25%22%E2%82%AC%F0%9F%98%80%0A");
        assertThat(received.headers().get("ce-source")).isEqualTo("urn:with%2520space");
        assertThat(received.headers().get("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(received.headers().get("ce-plain")).isEqualTo("!#$&'()*+,-./:;<=>?@[\\]^_`{|}~");
        assertThat(received.event()).isEqualTo(event);
    }

    @Test
    void sendsAnEventWithoutData() {
        CloudEvent event = Events.builder("1").withoutData().build();

        Await.result(deliver(event, TIMEOUT));

        assertThat(fixture.received().get(0).headers().get("Content-Length")).isEqualTo("0");
        assertThat(fixture.accepted()).containsExactly(event);
    }

    @Test
    void anInvalidHeaderValueIsNotSent() {
        CloudEvent event = Events.builder("1").withDataContentType("a\r\nb: c").build();

        assertThat(Await.failure(deliver(event, TIMEOUT))).isInstanceOf(IllegalArgumentException.class);
        assertThat(fixture.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSE_CONNECTION, connection, true",
        "RESET, connection, true",
        "STATUS_503, 503, true",
        "STATUS_500, 500, true",
        "STATUS_400, 400, false",
        "STATUS_403, 403, true",
        "REDIRECT, 303, true"
    })
    void reportsWhetherAFailureIsRetryable(SinkFault fault, String result, boolean retryable) {
        Await.result(fixture.startFailing(fault));

        DeliveryException failure = failure(deliver(Events.event("1"), TIMEOUT));

        assertThat(failure.result()).isEqualTo(result);
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure.retryAfter()).isEmpty();
        assertThat(attempts(result)).isOne();
    }

    @Test
    void doesNotFollowARedirectThatChangesTheMethod() {
        fixture.breakNext(SinkFault.REDIRECT);

        DeliveryException failure = failure(deliver(Events.event("1"), TIMEOUT));

        assertThat(failure.status()).hasValue(303);
        assertThat(fixture.received()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"STATUS_503_RETRY_AFTER", "STATUS_429_RETRY_AFTER"})
    void readsRetryAfter(SinkFault fault) {
        fixture.breakNext(fault);

        DeliveryException failure = failure(deliver(Events.event("1"), TIMEOUT));

        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(SinkFault.RETRY_AFTER_SECONDS));
    }

    @Test
    void keepsTheBeginningOfTheResponse() {
        fixture.breakNext(SinkFault.STATUS_400);

        DeliveryException failure = failure(deliver(Events.event("1"), TIMEOUT));

        assertThat(failure.response().getBytes(StandardCharsets.UTF_8)).hasSize(1024);
        assertThat(failure.response()).startsWith("nonono");
    }

    @Test
    void timesOutAndClosesTheConnectionWithoutAResponse() {
        fixture.breakNext(SinkFault.STALL_BEFORE_HEADERS);
        Future<Void> closed = fixture.connectionClosed();

        DeliveryException failure = failure(deliver(Events.event("1"), SHORT_TIMEOUT));

        assertThat(failure.result()).isEqualTo("timeout");
        assertThat(failure.isRetryable()).isTrue();
        Await.result(closed);
    }

    @Test
    void acceptsTheStatusAndClosesTheConnectionWhenTheBodyStalls() {
        fixture.breakNext(SinkFault.STALL_IN_BODY);
        Future<Void> closed = fixture.connectionClosed();

        Await.result(deliver(Events.event("1"), SHORT_TIMEOUT));

        Await.result(closed);
        assertThat(attempts("202")).isOne();
    }

    @Test
    void closesTheConnectionOfAnEndlessResponse() {
        fixture.breakNext(SinkFault.ENDLESS_BODY);
        Future<Void> closed = fixture.connectionClosed();

        DeliveryException failure = failure(deliver(Events.event("1"), Duration.ofHours(1)));

        assertThat(failure.result()).isEqualTo("503");
        assertThat(failure.response()).hasSize(1024);
        Await.result(closed);
    }

    @Test
    void reusesTheConnection() {
        Sink sink = sink(TIMEOUT);
        for (int i = 0; i < 20; i++) {
            Await.result(onLoop(sink, Events.event("e" + i)));
        }
        assertThat(fixture.connectionsOpened()).isOne();
    }

    private double attempts(String status) {
        return registry.get("apiserversource.delivery.attempts")
                .tag("status", status)
                .counter()
                .count();
    }

    private DeliveryException failure(Future<Void> delivery) {
        return (DeliveryException) Await.failure(delivery);
    }

    /** A process can be frozen while it waits for a connection. */
    @Test
    void sendsNothingWhenThePermitWasRevokedMeanwhile() {
        GatedSinkTest.SwitchedPermit permit = new GatedSinkTest.SwitchedPermit();
        permit.revoke();
        Throwable failure = Await.failure(onLoop(sink(Duration.ofSeconds(5), permit), Events.event("1")));

        assertThat(failure).isInstanceOfSatisfying(DeliveryException.class, e -> assertThat(e.isSuspended())
                .isTrue());
        assertThat(fixture.received()).isEmpty();
    }

    private Future<Void> deliver(CloudEvent event, Duration timeout) {
        return onLoop(sink(timeout), event);
    }

    private Sink sink(Duration timeout) {
        return sink(timeout, SendPermit.ALWAYS);
    }

    private Sink sink(Duration timeout, SendPermit permit) {
        DeliverySettings settings = new DeliverySettings(
                SinkAddress.of(fixture.url()),
                Optional.empty(),
                RetrySettings.defaults(),
                "ns",
                timeout,
                DeliverySettings.Limits.DEFAULT);
        return new Delivery(
                        vertx,
                        settings,
                        new VertxTimers(vertx),
                        new Random(1),
                        new DeliveryMeters(registry),
                        SinkAccess.of(permit))
                .attempts(SinkAddress.Role.MAIN, settings.sink());
    }

    private Future<Void> onLoop(Sink sink, CloudEvent event) {
        return Future.future(
                done -> loop.runOnContext(now -> sink.deliver(event).onComplete(done)));
    }
}
