package dev.apiserversource.frame;

import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.Outcome;
import dev.apiserversource.frame.delivery.SinkFault;
import dev.apiserversource.frame.tracing.OtlpCollector;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Whole adapters between a sink and a collector. */
class TracingTest {

    private final Vertx vertx = Vertx.vertx();
    private final FixtureSink sink = Await.result(FixtureSink.start(vertx));
    private final OtlpCollector collector = new OtlpCollector(vertx);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Promise<AdapterContext> started = Promise.promise();
    private final Map<String, String> environment = new HashMap<>();
    private String deployment;

    TracingTest() {
        environment.putAll(Map.of(
                "NAME", "mine",
                "NAMESPACE", "shop",
                "POD_NAME", "mine-0",
                "K_SINK", sink.url().toString(),
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "OTEL_BSP_SCHEDULE_DELAY", "50"));
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private TracingTest with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    private TracingTest exporting() {
        return with("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    }

    private AdapterContext start() {
        EnvReader env = new EnvReader(environment);
        FrameConfig config = FrameConfig.from(env);
        try {
            env.errors().throwIfAny();
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
        Termination none = new Termination() {
            @Override
            public void fatal(String why) {
                throw new AssertionError(why);
            }

            @Override
            public void leadershipLost(String why) {
                throw new AssertionError(why);
            }
        };
        AdapterVerticle verticle =
                new AdapterVerticle(config, Idle::new, Config.empty(), registry, new SplittableRandom(1), none);
        deployment = Await.result(vertx.deployVerticle(verticle));
        return Await.result(started.future());
    }

    private final class Idle implements SourceAdapter {

        private final AdapterContext context;

        Idle(AdapterContext context) {
            this.context = context;
        }

        @Override
        public void start() {
            started.complete(context);
        }

        @Override
        public void drain() {}
    }

    /** Dispatches on the event loop. */
    private Future<Outcome> dispatch(AdapterContext context, String id) {
        CloudEvent event = CloudEventBuilder.v1()
                .withId(id)
                .withType("made")
                .withSource(URI.create("/source"))
                .withSubject(id)
                .withExtension("traceparent", "00-11111111111111111111111111111111-2222222222222222-01")
                .build();
        Promise<Outcome> outcome = Promise.promise();
        context.process().timers().after(java.time.Duration.ZERO, () -> context.dispatch(event)
                .onComplete(outcome));
        return outcome.future();
    }

    /** Flags: 1 is sampled, 2 a random trace id. */
    private static String traceparent(Span span, String flags) {
        HexFormat hex = HexFormat.of();
        return String.join(
                "-",
                "00",
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                flags);
    }

    private String traceparent(int request) {
        return sink.received().get(request).headers().get("traceparent");
    }

    @Test
    void aDeliveryIsASpanWithItsAttempts() {
        AdapterContext context = exporting().start();
        sink.breakNext(SinkFault.STATUS_503, SinkFault.RESET);

        assertThat(Await.result(dispatch(context, "1"))).isEqualTo(Outcome.DELIVERED);

        Span span = collector.await(1).get(0);
        assertThat(span.getName()).isEqualTo("send made");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_PRODUCER);
        assertThat(span.getParentSpanId().isEmpty()).isTrue();
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(OtlpCollector.attributes(span.getAttributesList()))
                .containsEntry("cloudevents.event_id", "1")
                .containsEntry("cloudevents.event_type", "made")
                .containsEntry("cloudevents.event_source", "/source")
                .containsEntry("cloudevents.event_subject", "1")
                .containsEntry("cloudevents.event_spec_version", "1.0")
                .containsEntry("messaging.operation.type", "send")
                .containsEntry("server.address", "localhost")
                .containsEntry("apiserversource.attempts", "3")
                .containsEntry("apiserversource.outcome", "delivered");
        assertThat(span.getEventsList())
                .extracting(attempt -> OtlpCollector.attributes(attempt.getAttributesList()))
                .containsExactly(
                        Map.of("apiserversource.sink", "main", "http.response.status_code", "503"),
                        Map.of("apiserversource.sink", "main", "error.type", "connection"),
                        Map.of("apiserversource.sink", "main", "http.response.status_code", "202"));
        assertThat(sink.received())
                .allSatisfy(request ->
                        assertThat(request.headers().getAll("traceparent")).containsExactly(traceparent(span, "03")))
                .allSatisfy(request -> assertThat(request.event().getExtension("traceparent"))
                        .isEqualTo("00-11111111111111111111111111111111-2222222222222222-01"));
        assertThat(collector.resource())
                .containsEntry("service.name", "apiserversource-adapter")
                .containsEntry("apiserversource.name", "mine")
                .containsEntry("k8s.namespace.name", "shop")
                .containsEntry("k8s.pod.name", "mine-0");
        Await.result(vertx.undeploy(deployment));
        assertThat(count("exported")).isEqualTo(1);
    }

    private double count(String result) {
        return registry.get("apiserversource.spans")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void eachEventHasATraceOfItsOwn() {
        AdapterContext context = exporting().start();
        IntStream.range(0, 10).forEach(id -> Await.result(dispatch(context, "" + id)));
        assertThat(collector.await(10)).extracting(Span::getTraceId).doesNotHaveDuplicates();
    }

    @Test
    void aDeadLetterIsPartOfTheSpan() {
        FixtureSink letters = Await.result(FixtureSink.start(vertx));
        AdapterContext context = exporting()
                .with("DELIVERY_SPEC", "{\"deadLetterSink\":{\"uri\":\"" + letters.url() + "\"}}")
                .start();
        sink.breakNext(SinkFault.STATUS_400);

        assertThat(Await.result(dispatch(context, "1"))).isEqualTo(Outcome.DEAD_LETTERED);

        Span span = collector.await(1).get(0);
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(OtlpCollector.attributes(span.getAttributesList()))
                .containsEntry("apiserversource.outcome", "dead_lettered")
                .containsEntry("error.type", "400");
        assertThat(span.getEventsList())
                .extracting(attempt -> OtlpCollector.attributes(attempt.getAttributesList()))
                .containsExactly(
                        Map.of("apiserversource.sink", "main", "http.response.status_code", "400"),
                        Map.of("apiserversource.sink", "dead_letter", "http.response.status_code", "202"));
        assertThat(letters.received()).singleElement().satisfies(letter -> {
            assertThat(letter.headers().get("traceparent")).isEqualTo(traceparent(span, "03"));
            assertThat(letter.event().getExtension("knativeerrorcode")).hasToString("400");
        });
    }

    @Test
    void aDroppedEventIsAnError() {
        AdapterContext context = exporting().start();
        sink.breakNext(SinkFault.STATUS_400);
        assertThat(Await.result(dispatch(context, "1"))).isEqualTo(Outcome.DROPPED);
        Span span = collector.await(1).get(0);
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(OtlpCollector.attributes(span.getAttributesList()))
                .containsEntry("apiserversource.outcome", "dropped");
    }

    @Test
    void whatIsNotSampledIsPropagatedAndNotExported() {
        AdapterContext context =
                exporting().with("OTEL_TRACES_SAMPLER", "always_off").start();
        Await.result(dispatch(context, "1"));
        Await.result(vertx.undeploy(deployment));
        assertThat(traceparent(0)).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-02");
        assertThat(collector.spans()).isEmpty();
    }

    @Test
    void withoutConfigurationThereIsNoHeader() {
        AdapterContext context = start();
        Await.result(dispatch(context, "1"));
        assertThat(traceparent(0)).isNull();
        assertThat(registry.scrape()).doesNotContain("apiserversource_spans");
    }

    @Test
    void aStopExportsWhatIsLeft() {
        AdapterContext context =
                exporting().with("OTEL_BSP_SCHEDULE_DELAY", "3600000").start();
        Await.result(dispatch(context, "1"));
        Await.result(vertx.undeploy(deployment));
        assertThat(collector.spans()).hasSize(1);
    }

    @Test
    void aCollectorThatRefusesDelaysNothing() {
        collector.answer(400);
        AdapterContext context = exporting().start();
        List<Outcome> outcomes = IntStream.range(0, 5)
                .mapToObj(id -> Await.result(dispatch(context, "" + id)))
                .toList();
        assertThat(outcomes).containsOnly(Outcome.DELIVERED);
        Await.result(vertx.undeploy(deployment));
        assertThat(count("failed")).isEqualTo(5);
    }

    @Test
    void spansBeyondTheQueueAreDroppedAndCounted() {
        AdapterContext context = exporting()
                .with("OTEL_BSP_SCHEDULE_DELAY", "3600000")
                .with("OTEL_BSP_MAX_QUEUE_SIZE", "4")
                .with("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")
                .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:" + stalled())
                .start();
        IntStream.range(0, 20).forEach(id -> Await.result(dispatch(context, "" + id)));
        // A batch of four is with the collector, which never answers, and at most four more wait.
        assertThat(count("dropped")).isBetween(12.0, 16.0);
    }

    /** The port of a server that accepts connections and never answers. */
    private int stalled() {
        return Await.result(
                        vertx.createHttpServer().requestHandler(request -> {}).listen(0, "localhost"))
                .actualPort();
    }

    @Test
    void settingsThatTheSdkRefusesLeaveTracingOff() {
        AdapterContext context =
                exporting().with("OTEL_TRACES_SAMPLER", "no_such_sampler").start();
        assertThat(Await.result(dispatch(context, "1"))).isEqualTo(Outcome.DELIVERED);
        assertThat(traceparent(0)).isNull();
    }

    @Test
    void consoleWritesSpansToTheLog() {
        AdapterContext context = with("OTEL_TRACES_EXPORTER", "console").start();
        Await.result(dispatch(context, "1"));
        assertThat(traceparent(0)).endsWith("-03");
        assertThat(collector.spans()).isEmpty();
    }
}
