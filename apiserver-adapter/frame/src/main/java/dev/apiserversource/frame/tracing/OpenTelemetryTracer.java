package dev.apiserversource.frame.tracing;

import dev.apiserversource.frame.delivery.DeliveryTracer;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;

/**
 * A span of kind PRODUCER for each delivery, with random ids and no parent. Its attributes are those of the <a
 * href="https://opentelemetry.io/docs/specs/semconv/cloudevents/">conventions for CloudEvents</a>, and each attempt is
 * an event of it. The SDK exports spans on a thread of its own: delivery does not wait for it.
 */
public final class OpenTelemetryTracer implements DeliveryTracer {

    /** With the drain and the last checkpoint it stays within the 30 seconds that a pod has to stop. */
    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(3);

    /** The SDK logs here, by the JDK's logging, what {@link SpanExports} logs. A static reference keeps the level. */
    private static final java.util.logging.Logger SDK_LOG = java.util.logging.Logger.getLogger("io.opentelemetry");

    private static final Logger log = LoggerFactory.getLogger(OpenTelemetryTracer.class);

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final TextMapPropagator propagator;

    private OpenTelemetryTracer(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = sdk.getTracer("dev.apiserversource");
        this.propagator = sdk.getPropagators().getTextMapPropagator();
    }

    /**
     * Starts to export.
     *
     * @param registry counts the spans
     * @return empty, with a line in the log, when the SDK cannot use the settings
     */
    public static Optional<OpenTelemetryTracer> open(TracingSettings settings, MeterRegistry registry) {
        SDK_LOG.setLevel(Level.OFF);
        try {
            OpenTelemetrySdk sdk =
                    builder(settings, new SpanExports(registry)).build().getOpenTelemetrySdk();
            log.atInfo()
                    .addKeyValue("exporter", settings.console() ? "console" : "otlp")
                    .log("tracing deliveries");
            return Optional.of(new OpenTelemetryTracer(sdk));
        } catch (RuntimeException refused) {
            log.atWarn()
                    .log("no tracing: {}; correct the variables OTEL_* or config-observability", refused.getMessage());
            return Optional.empty();
        }
    }

    private static AutoConfiguredOpenTelemetrySdkBuilder builder(TracingSettings settings, SpanExports exports) {
        AutoConfiguredOpenTelemetrySdkBuilder builder = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesCustomizer(environment -> settings.properties())
                .addResourceCustomizer((resource, config) -> resource(settings).merge(resource))
                .addSpanProcessorCustomizer((processor, config) -> exports.bounded(processor, config))
                .addSpanExporterCustomizer((exporter, config) -> exports.counted(exporter));
        return settings.console()
                ? builder.addTracerProviderCustomizer(
                        (provider, config) -> provider.addSpanProcessor(SimpleSpanProcessor.create(new LogExporter())))
                : builder;
    }

    private static Resource resource(TracingSettings settings) {
        AttributesBuilder attributes = io.opentelemetry.api.common.Attributes.builder();
        settings.resource().forEach(attributes::put);
        return Resource.create(attributes.build());
    }

    @Override
    public Trace begin(CloudEvent event, URI sink) {
        Span span = tracer.spanBuilder("send " + event.getType())
                .setSpanKind(SpanKind.PRODUCER)
                .setNoParent()
                .startSpan();
        if (span.isRecording()) {
            describe(span, event, sink);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        propagator.inject(Context.root().with(span), headers, (carrier, name, value) -> Objects.requireNonNull(carrier)
                .put(name, value));
        return new DeliverySpan(span, headers);
    }

    private static void describe(Span span, CloudEvent event, URI sink) {
        span.setAttribute("cloudevents.event_id", event.getId());
        span.setAttribute("cloudevents.event_source", event.getSource().toString());
        span.setAttribute(
                "cloudevents.event_spec_version", event.getSpecVersion().toString());
        span.setAttribute("cloudevents.event_type", event.getType());
        String subject = event.getSubject();
        if (subject != null) {
            span.setAttribute("cloudevents.event_subject", subject);
        }
        span.setAttribute("messaging.operation.type", "send");
        if (sink.getHost() != null) {
            span.setAttribute("server.address", sink.getHost());
        }
    }

    /**
     * Exports what is left, for 3 s at most. To be called on the event loop, once nothing is delivered any more.
     *
     * @return completes on the event loop; never fails
     */
    public Future<Void> close(Timers timers) {
        Promise<Void> closed = Promise.promise();
        io.vertx.core.Context loop = Objects.requireNonNull(Vertx.currentContext());
        Timers.Timer deadline = timers.after(FLUSH_TIMEOUT, closed::tryComplete);
        sdk.shutdown()
                .whenComplete(() -> loop.runOnContext(done -> {
                    deadline.cancel();
                    closed.tryComplete();
                }));
        return closed.future();
    }
}
