package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** Answers of a sink, byte by byte: interim answers, redirects, and bodies that do not end. */
class SinkAnswersTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String STALLING_BODY = "Content-Length: 10\r\n\r\na";

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final SimulatedTime time = new SimulatedTime();
    private RawSink raw;
    private Sink sink;

    @BeforeEach
    void start() {
        raw = RawSink.start(vertx);
        SinkAddress address = SinkAddress.of(raw.url());
        DeliverySettings settings = new DeliverySettings(
                address, Optional.empty(), RetrySettings.defaults(), "ns", TIMEOUT, DeliverySettings.Limits.DEFAULT);
        DeliveryMeters meters = new DeliveryMeters(new SimpleMeterRegistry());
        sink = new Delivery(vertx, settings, time, new Random(1), meters, SinkAccess.of(SendPermit.ALWAYS))
                .attempts(SinkAddress.Role.MAIN, address);
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 406, 410, 411, 414, 415, 417, 422, 431, 501, 505})
    void isFinalWhenItSpeaksOfTheEvent(int status) {
        raw.answerNext(answer(status, ""));

        DeliveryException failure = failure(deliver("1"));

        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure.status()).hasValue(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 401, 403, 404, 407, 408, 409, 413, 425, 429, 451, 500, 503, 599})
    void isRetryableWhenItSpeaksOfAnythingElse(int status) {
        raw.answerNext(answer(status, ""));

        DeliveryException failure = failure(deliver("1"));

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.status()).hasValue(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 104, 150, 199})
    void anInterimAnswerIsNoOutcome(int status) {
        raw.answerNext(interim(status) + interim(status) + answer(503, ""), interim(status) + RawSink.ACCEPTED);

        assertThat(failure(deliver("1")).status()).hasValue(503);
        Await.result(deliver("2"));
        Await.result(deliver("3"));

        assertThat(raw.requests()).hasSize(3);
        assertThat(raw.connections()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 150})
    void timesOutWithoutAFinalAnswer(int status) {
        raw.answerNext(interim(status));
        Future<Void> delivery = deliver("1");
        raw.awaitRequests(1);

        advance(TIMEOUT);

        assertThat(failure(delivery).result()).isEqualTo("timeout");
        Await.result(raw.connectionClosed());
    }

    /** The bytes after it belong to no known protocol. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Upgrade: h2c\r\nConnection: Upgrade\r\n"})
    void aSwitchOfProtocolIsARetryableFailure(String headers) {
        raw.answerNext("HTTP/1.1 101 Switching Protocols\r\n" + headers + "\r\n" + RawSink.ACCEPTED);

        DeliveryException failure = failure(deliver("1"));

        assertThat(failure.isRetryable()).isTrue();
        Await.result(raw.connectionClosed());
        Await.result(deliver("2"));
        assertThat(raw.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"307, /moved?a=b, /moved?a=b", "308, moved, /moved", "307, //LOCALHOST:PORT/x#y, /x"})
    void followsARedirectWithinTheHost(int status, String location, String target) {
        raw.answerNext(redirect(status, location));

        Await.result(deliver("1"));

        List<RawSink.Request> requests = raw.requests();
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1).line()).isEqualTo("POST " + target + " HTTP/1.1");
        assertThat(requests.get(1).body()).isEqualTo(requests.get(0).body());
        assertThat(headers(requests.get(1))).isEqualTo(headers(requests.get(0)));
    }

    @Test
    void followsThreeRedirectsPerAttempt() {
        raw.answerNext(redirect(307, "/a"), redirect(308, "/b"), redirect(307, "/c"));
        Await.result(deliver("1"));
        assertThat(raw.requests().get(3).line()).contains("/c");

        raw.answerNext(redirect(307, "/a"), redirect(308, "/b"), redirect(307, "/c"), redirect(307, "/d"));
        DeliveryException failure = failure(deliver("2"));

        assertThat(raw.requests()).hasSize(8);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessage("sink answered 307: more than 3 redirects");
    }

    @ParameterizedTest
    @CsvSource({
        "http://elsewhere.example/in, redirect to another host: http://elsewhere.example/in",
        "ftp://localhost/in, redirect to another scheme: ftp://localhost/in",
        "http://[, redirect to an invalid URL: http://["
    })
    void doesNotFollowOtherRedirects(String location, String detail) {
        raw.answerNext(redirect(308, location));

        DeliveryException failure = failure(deliver("1"));

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.status()).hasValue(308);
        assertThat(failure).hasMessage("sink answered 308: " + detail);
        assertThat(failure.response()).isEqualTo("body");
        assertThat(raw.requests()).hasSize(1);
    }

    @Test
    void aRedirectWithoutALocationIsARetryableFailure() {
        raw.answerNext(answer(307, ""));

        DeliveryException failure = failure(deliver("1"));

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessage("sink answered 307: redirect without a location");
    }

    @Test
    void redirectsShareTheTimeoutOfTheAttempt() {
        raw.answerNext(redirect(307, "/moved"), "");
        Future<Void> delivery = deliver("1");
        raw.awaitRequests(2);

        advance(TIMEOUT);

        assertThat(failure(delivery).result()).isEqualTo("timeout");
    }

    @Test
    void aRedirectIsFollowedBeforeItsBodyEnds() {
        raw.answerNext("HTTP/1.1 307 Moved\r\nLocation: /moved\r\n" + STALLING_BODY);

        Await.result(deliver("1"));

        assertThat(raw.requests()).hasSize(2);
    }

    @Test
    void anAcknowledgedEventIsSettledBeforeTheBodyEnds() {
        raw.answerNext("HTTP/1.1 200 OK\r\n" + STALLING_BODY);

        Await.result(deliver("1"));

        advance(Duration.ofMillis(999));
        assertThat(raw.connectionClosed().isComplete()).isFalse();
        advance(Duration.ofMillis(1));
        Await.result(raw.connectionClosed());
    }

    @Test
    void theConnectionIsReusedWhenTheBodyEnds() {
        raw.answerNext("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");

        Await.result(deliver("1"));
        advance(Duration.ofSeconds(1));
        Await.result(deliver("2"));

        assertThat(raw.connections()).isOne();
    }

    @Test
    void theConnectionIsClosedWhenTheBodyIsLong() {
        raw.answerNext("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "a".repeat(100_000));

        Await.result(deliver("1"));

        Await.result(raw.connectionClosed());
    }

    private static String interim(int status) {
        return "HTTP/1.1 " + status + " Interim\r\nLink: </style.css>\r\n\r\n";
    }

    private String redirect(int status, String location) {
        String target = location.replace("PORT", Integer.toString(raw.url().getPort()));
        return answer(status, "Location: " + target + "\r\n");
    }

    private static String answer(int status, String headers) {
        String body = status == 304 ? "" : "body";
        return "HTTP/1.1 " + status + " Status\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static List<String> headers(RawSink.Request request) {
        return request.head().lines().skip(1).map(String::toLowerCase).sorted().toList();
    }

    private Future<Void> deliver(String id) {
        return Future.future(
                done -> loop.runOnContext(now -> sink.deliver(Events.event(id)).onComplete(done)));
    }

    private static DeliveryException failure(Future<Void> delivery) {
        return (DeliveryException) Await.failure(delivery);
    }

    private void advance(Duration duration) {
        Await.result(Future.<Void>future(done -> loop.runOnContext(now -> {
            time.advance(duration);
            done.complete();
        })));
    }
}
