package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.VertxTimers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

/** All of delivery over real connections. */
class DeliveryTest {

    private static final int KEYS = 10;
    private static final int EVENTS_PER_KEY = 10;
    private static final int MAX_IN_FLIGHT = 5;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private FixtureSink fixture;
    private Dispatcher dispatcher;

    @BeforeEach
    void start() {
        fixture = Await.result(FixtureSink.start(vertx));
        dispatcher = open(registry, Duration.ofMinutes(1));
    }

    private Dispatcher open(MeterRegistry meters, Duration timeout) {
        DeliverySettings settings = new DeliverySettings(
                SinkAddress.of(fixture.url()),
                Optional.empty(),
                RetrySettings.defaults(),
                "ns",
                timeout,
                new DeliverySettings.Limits(MAX_IN_FLIGHT, 1_000, 1_000_000));
        return Await.result(onLoop(() -> Future.succeededFuture(Delivery.of(
                        vertx,
                        settings,
                        new VertxTimers(vertx),
                        new Random(1),
                        meters,
                        SinkAccess.of(SendPermit.ALWAYS))
                .openDispatcher(meters))));
    }

    /** A process whose events have sinks of their own. */
    private Delivery manySinks() {
        DeliverySettings settings = DeliverySettings.defaults(SinkAddress.NONE, "unused");
        return Delivery.of(
                vertx, settings, new VertxTimers(vertx), new Random(1), registry, SinkAccess.of(SendPermit.ALWAYS));
    }

    @Test
    void eachSinkThatIsOpenedHasSettingsOfItsOwn() {
        FixtureSink other = Await.result(FixtureSink.start(vertx));
        DeliverySettings first = DeliverySettings.defaults(SinkAddress.of(fixture.url()), "one");
        DeliverySettings second = DeliverySettings.defaults(SinkAddress.of(other.url()), "two");

        Await.result(onLoop(() -> {
            Delivery delivery = manySinks();
            return Future.join(
                    delivery.openSink(first).deliver(Events.event("a")),
                    delivery.openSink(second).deliver(Events.event("b")));
        }));

        assertThat(fixture.received().get(0).headers().get("Kn-Namespace")).isEqualTo("one");
        assertThat(other.received().get(0).headers().get("Kn-Namespace")).isEqualTo("two");
    }

    @Test
    void aSinkThatIsClosedLeavesAnotherOfItsAddressOpen() {
        DeliverySettings settings = DeliverySettings.defaults(SinkAddress.of(fixture.url()), "one");
        Await.result(onLoop(() -> {
            Delivery delivery = manySinks();
            Delivery.OpenSink closed = delivery.openSink(settings);
            Delivery.OpenSink open = delivery.openSink(settings);
            closed.close();
            return open.deliver(Events.event("a"));
        }));
        assertThat(fixture.accepted()).hasSize(1);
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"REFUSE_CONNECTION", "STATUS_400", "STALL_IN_BODY"})
    void losesNothingAndKeepsOrderWhenSomeAttemptsFail(SinkFault fault) {
        if (fault == SinkFault.STALL_BEFORE_HEADERS) {
            dispatcher = open(new SimpleMeterRegistry(), Duration.ofSeconds(2));
        }
        Future<List<Outcome>> outcomes = dispatchAll();
        fixture.breakNext(fault, fault, fault);

        assertThat(Await.result(outcomes)).containsOnly(Outcome.DELIVERED);

        assertThat(fixture.accepted()).hasSize(KEYS * EVENTS_PER_KEY);
        assertThat(fixture.received()).hasSizeGreaterThanOrEqualTo(KEYS * EVENTS_PER_KEY + 3);
        assertOrderPerKey();
    }

    @Test
    void opensOneConnectionPerAttemptInFlightAndReusesIt() {
        fixture.answerAfter(Duration.ofMillis(10));

        Await.result(dispatchAll());

        assertThat(fixture.mostInFlight()).isEqualTo(MAX_IN_FLIGHT);
        assertThat(fixture.connectionsOpened()).isEqualTo(MAX_IN_FLIGHT);
    }

    @Test
    void losesNothingAndKeepsOrderThroughAnOutage() {
        Await.result(fixture.startFailing(SinkFault.REFUSE_CONNECTION));
        Future<List<Outcome>> outcomes = dispatchAll();
        awaitFailedAttempts("connection");
        Await.result(fixture.mend());

        assertThat(Await.result(outcomes)).containsOnly(Outcome.DELIVERED);
        assertThat(fixture.accepted()).hasSize(KEYS * EVENTS_PER_KEY);
        assertOrderPerKey();
    }

    @Test
    void dropsAnEventWithAFinalAnswerAndDeliversTheOthers() {
        fixture.breakNext(SinkFault.STATUS_400);

        List<Outcome> outcomes = Await.result(dispatchAll());

        assertThat(outcomes).filteredOn(Outcome.DROPPED::equals).hasSize(1);
        assertThat(fixture.accepted()).hasSize(KEYS * EVENTS_PER_KEY - 1);
        assertOrderPerKey();
    }

    @Test
    void losesNothingWhileTheSinkRefusesEverything() {
        Await.result(fixture.startFailing(SinkFault.STATUS_403));
        Future<List<Outcome>> outcomes = dispatchAll();
        awaitFailedAttempts("403");
        Await.result(fixture.mend());

        assertThat(Await.result(outcomes)).containsOnly(Outcome.DELIVERED);
        assertThat(fixture.accepted()).hasSize(KEYS * EVENTS_PER_KEY);
        assertOrderPerKey();
    }

    @Test
    void countsEventsAndAttempts() {
        fixture.breakNext(SinkFault.STATUS_500, SinkFault.STATUS_400);

        Await.result(dispatchAll());

        assertThat(scrape().lines())
                .contains(
                        "apiserversource_events_total{result=\"delivered\",type=\"test.event\"} 99.0",
                        "apiserversource_events_total{result=\"dropped\",type=\"test.event\"} 1.0",
                        "apiserversource_delivery_attempts_total{sink=\"main\",status=\"202\"} 99.0",
                        "apiserversource_delivery_attempts_total{sink=\"main\",status=\"400\"} 1.0",
                        "apiserversource_delivery_attempts_total{sink=\"main\",status=\"500\"} 1.0",
                        "apiserversource_delivery_seconds_count 99",
                        "apiserversource_delivery_seconds_bucket{le=\"+Inf\"} 99",
                        "apiserversource_pending_events 0.0",
                        "apiserversource_pending_bytes 0.0",
                        "apiserversource_queued_events 0.0",
                        "apiserversource_backoff_events 0.0",
                        "apiserversource_in_flight 0.0",
                        "apiserversource_oldest_pending_seconds 0.0");
    }

    @Test
    void eventsAreLeftPendingWhenTheSinkDoesNotAnswerBeforeTheDrainTimeout() {
        Await.result(fixture.startFailing(SinkFault.STALL_BEFORE_HEADERS));
        Future<List<Outcome>> outcomes = dispatchAll();
        Await.result(fixture.awaitReceived(1));

        int pendingAtStop = Await.result(onLoop(() -> dispatcher.drain(Duration.ofMillis(100))));

        assertThat(pendingAtStop).isEqualTo(KEYS * EVENTS_PER_KEY);
        assertThat(Await.result(outcomes)).containsOnly(Outcome.PENDING_AT_STOP);
    }

    private Future<List<Outcome>> dispatchAll() {
        return onLoop(() -> {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < EVENTS_PER_KEY; i++) {
                for (int key = 0; key < KEYS; key++) {
                    CloudEvent event = Events.builder(key + "-" + i)
                            .withSubject("key " + key)
                            .build();
                    outcomes.add(dispatcher.dispatch("key " + key, event));
                }
            }
            return Future.all(outcomes).map(all -> all.<Outcome>list());
        });
    }

    private void assertOrderPerKey() {
        Map<String, List<String>> ids = fixture.accepted().stream()
                .collect(Collectors.groupingBy(
                        CloudEvent::getSubject, Collectors.mapping(CloudEvent::getId, Collectors.toList())));
        assertThat(ids).hasSize(KEYS).allSatisfy((key, inOrder) -> assertThat(inOrder)
                .isSorted());
        assertThat(IntStream.range(0, KEYS)).allMatch(key -> ids.containsKey("key " + key));
    }

    /** Waits until the first event of each key has failed at least once. */
    private void awaitFailedAttempts(String status) {
        while (failedAttempts(status) < KEYS) {
            Await.result(onLoop(Future::succeededFuture));
        }
    }

    private double failedAttempts(String status) {
        return registry.find("apiserversource.delivery.attempts").tag("status", status).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private String scrape() {
        return Await.result(onLoop(() -> Future.succeededFuture(registry.scrape())));
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> action) {
        return Future.future(done -> loop.runOnContext(now -> action.get().onComplete(done)));
    }
}
