package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff.Growth;
import dev.apiserversource.frame.time.VertxTimers;
import io.cloudevents.CloudEvent;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/** All of delivery with a dead letter sink, over real connections. */
class DeadLetterTest {

    private static final RetrySettings TWICE =
            new RetrySettings(OptionalInt.of(2), Growth.LINEAR, Optional.of(Duration.ofMillis(10)), Optional.empty());

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private FixtureSink main;
    private FixtureSink deadLetters;

    @BeforeEach
    void start() {
        main = Await.result(FixtureSink.start(vertx));
        deadLetters = Await.result(FixtureSink.start(vertx));
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @Test
    void receivesARefusedEventWithTheReason() {
        main.breakNext(SinkFault.STATUS_400);
        Dispatcher dispatcher = open(SinkAddress.of(deadLetters.url()));

        assertThat(Await.result(dispatch(dispatcher, "1"))).isEqualTo(Outcome.DEAD_LETTERED);

        assertThat(main.received()).hasSize(1);
        FixtureSink.Received letter = deadLetters.received().get(0);
        assertThat(letter.headers().get("ce-knativeerrordest"))
                .isEqualTo(main.url().toString());
        assertThat(letter.headers().get("ce-knativeerrorcode")).isEqualTo("400");
        assertThat(letter.headers().get("ce-knativeerrordata")).hasSize(1024);
        assertThat(data(letter.event())).startsWith("nonono");
        assertThat(letter.headers().get("Kn-Namespace")).isEqualTo("ns");
        assertThat(letter.event().getId()).isEqualTo("1");
        assertThat(letter.body()).isEqualTo(main.received().get(0).body());
    }

    @Test
    void receivesAnEventWhoseRetriesAreUsedUp() {
        Await.result(main.startFailing(SinkFault.STATUS_503));
        Dispatcher dispatcher = open(SinkAddress.of(deadLetters.url()));

        assertThat(Await.result(dispatch(dispatcher, "1"))).isEqualTo(Outcome.DEAD_LETTERED);

        assertThat(main.received()).hasSize(3);
        assertThat(deadLetters.accepted().get(0).getExtension("knativeerrorcode"))
                .isEqualTo("503");
    }

    @Test
    void receivesAnEventThatWasNotAnswered() {
        Await.result(main.startFailing(SinkFault.REFUSE_CONNECTION));
        Dispatcher dispatcher = open(SinkAddress.of(deadLetters.url()));

        assertThat(Await.result(dispatch(dispatcher, "1"))).isEqualTo(Outcome.DEAD_LETTERED);

        CloudEvent letter = deadLetters.accepted().get(0);
        assertThat(letter.getExtension("knativeerrorcode")).isEqualTo("500");
        assertThat(data(letter)).startsWith("dispatch error: no connection");
    }

    @Test
    void isRetriedWithoutLimitWhileTheNextEventOfTheKeyWaits() {
        main.breakNext(SinkFault.STATUS_400);
        Await.result(deadLetters.startFailing(SinkFault.STATUS_503));
        Dispatcher dispatcher = open(SinkAddress.of(deadLetters.url()));

        Future<Outcome> first = dispatch(dispatcher, "1");
        Future<Outcome> second = dispatch(dispatcher, "2");
        Await.result(deadLetters.awaitReceived(6));
        assertThat(main.received()).hasSize(1);
        assertThat(first.isComplete()).isFalse();

        Await.result(deadLetters.mend());
        assertThat(Await.result(first)).isEqualTo(Outcome.DEAD_LETTERED);
        assertThat(Await.result(second)).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void hasMetricsOfItsOwn() {
        main.breakNext(SinkFault.STATUS_400);
        deadLetters.breakNext(SinkFault.STATUS_500);
        Dispatcher dispatcher = open(SinkAddress.of(deadLetters.url()));

        Await.result(dispatch(dispatcher, "1"));
        Await.result(dispatch(dispatcher, "2"));

        assertThat(scrape().lines())
                .contains(
                        "apiserversource_events_total{result=\"dead_lettered\",type=\"test.event\"} 1.0",
                        "apiserversource_events_total{result=\"delivered\",type=\"test.event\"} 1.0",
                        "apiserversource_delivery_attempts_total{sink=\"main\",status=\"400\"} 1.0",
                        "apiserversource_delivery_attempts_total{sink=\"main\",status=\"202\"} 1.0",
                        "apiserversource_delivery_attempts_total{sink=\"dead_letter\",status=\"500\"} 1.0",
                        "apiserversource_delivery_attempts_total{sink=\"dead_letter\",status=\"202\"} 1.0",
                        "apiserversource_delivery_seconds_count 1",
                        "apiserversource_pending_events 0.0",
                        "apiserversource_queued_events 0.0",
                        "apiserversource_backoff_events 0.0",
                        "apiserversource_in_flight 0.0");
    }

    @Test
    void hasCaCertificatesOfItsOwn(@TempDir Path directory) {
        TestAuthority authority = TestAuthority.create(directory, "theirs");
        FixtureSink secured = Await.result(FixtureSink.start(
                vertx, new HttpServerOptions().setSsl(true).setKeyCertOptions(authority.serverNamed("localhost"))));
        main.breakNext(SinkFault.STATUS_400);
        Dispatcher dispatcher = open(new SinkAddress(secured.url(), Optional.of(authority.pem())));

        assertThat(Await.result(dispatch(dispatcher, "1"))).isEqualTo(Outcome.DEAD_LETTERED);
        assertThat(secured.accepted()).hasSize(1);
    }

    @Test
    void eventsAreDroppedWithoutADeadLetterSink() {
        Await.result(main.startFailing(SinkFault.STATUS_503));
        Dispatcher dispatcher = open(Optional.empty());

        assertThat(Await.result(dispatch(dispatcher, "1"))).isEqualTo(Outcome.DROPPED);
        assertThat(main.received()).hasSize(3);
    }

    @Test
    void eventsItRefusesArePendingAtStop() {
        main.breakNext(SinkFault.STATUS_400);
        Await.result(deadLetters.startFailing(SinkFault.STATUS_400));
        Dispatcher dispatcher = open(SinkAddress.of(deadLetters.url()));
        Future<List<Outcome>> outcomes =
                Future.all(dispatch(dispatcher, "1"), dispatch(dispatcher, "2")).map(all -> all.<Outcome>list());
        Await.result(deadLetters.awaitReceived(1));

        assertThat(Await.result(onLoop(() -> dispatcher.drain(Duration.ofMillis(50)))))
                .isEqualTo(2);
        assertThat(Await.result(outcomes)).containsOnly(Outcome.PENDING_AT_STOP);
        assertThat(main.received()).hasSize(1);
    }

    private Dispatcher open(SinkAddress deadLetterSink) {
        return open(Optional.of(deadLetterSink));
    }

    private Dispatcher open(Optional<SinkAddress> deadLetterSink) {
        DeliverySettings settings = new DeliverySettings(
                SinkAddress.of(main.url()),
                deadLetterSink,
                TWICE,
                "ns",
                Duration.ofMinutes(1),
                new DeliverySettings.Limits(5, 1_000, 1_000_000));
        return Await.result(onLoop(() -> Future.succeededFuture(Delivery.of(
                        vertx,
                        settings,
                        new VertxTimers(vertx),
                        new Random(1),
                        registry,
                        SinkAccess.of(SendPermit.ALWAYS))
                .openDispatcher(registry))));
    }

    private Future<Outcome> dispatch(Dispatcher dispatcher, String id) {
        return onLoop(() -> dispatcher.dispatch("key", Events.event(id)));
    }

    private static String data(CloudEvent letter) {
        String base64 = (String) letter.getExtension("knativeerrordata");
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private String scrape() {
        return Await.result(onLoop(() -> Future.succeededFuture(registry.scrape())));
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> action) {
        return Future.future(done -> loop.runOnContext(now -> action.get().onComplete(done)));
    }
}
