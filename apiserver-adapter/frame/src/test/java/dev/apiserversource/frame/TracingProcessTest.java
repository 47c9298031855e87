package dev.apiserversource.frame;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import dev.apiserversource.frame.tracing.OtlpCollector;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A source as a process of its own, ended by SIGTERM, with the classes that it loads. */
class TracingProcessTest {

    private static final String KNATIVE =
            "{\"tracing\":{\"protocol\":\"http/protobuf\",\"endpoint\":\"%s\",\"samplingRate\":1}}";

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final FixtureSink sink = Await.result(FixtureSink.start(vertx));

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    /** Runs until the event is delivered; returns the classes of OpenTelemetry that were loaded. */
    private List<String> run(Map<String, String> environment, int attempts) throws IOException, InterruptedException {
        Path log = folder.resolve("classes");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log,
                        "-cp",
                        System.getProperty("java.class.path"),
                        TracedProcess.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        Map<String, String> all = new HashMap<>(Map.of(
                "NAME", "mine",
                "NAMESPACE", "shop",
                "K_SINK", sink.url().toString(),
                "PROBES_PORT", "0",
                "METRICS_PORT", "0"));
        all.putAll(environment);
        builder.environment().putAll(all);
        Process process = builder.start();
        try {
            Await.result(sink.awaitReceived(attempts));
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(folder.resolve("log")))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log)
                .lines()
                .filter(line -> line.contains("io.opentelemetry."))
                .toList();
    }

    @Test
    void withoutTracingNoClassOfOpenTelemetryIsLoaded() throws Exception {
        Map<String, String> off = Map.of(
                "K_OBSERVABILITY_CONFIG", "{\"tracing\":{\"protocol\":\"none\"},\"metrics\":{\"protocol\":\"none\"}}");
        assertThat(run(off, 1)).isEmpty();
        assertThat(sink.received().get(0).headers().get("traceparent")).isNull();
    }

    @Test
    void knativesConfigMapExportsASpanForEachDelivery() throws Exception {
        OtlpCollector collector = new OtlpCollector(vertx);
        sink.breakNext(SinkFault.STATUS_503);
        Map<String, String> on = Map.of("K_OBSERVABILITY_CONFIG", KNATIVE.formatted(collector.endpoint()));
        assertThat(run(on, 2)).isNotEmpty();

        Span span = collector.await(1).get(0);
        assertThat(span.getEventsList())
                .extracting(attempt ->
                        OtlpCollector.attributes(attempt.getAttributesList()).get("http.response.status_code"))
                .containsExactly("503", "202");
        String id = HexFormat.of().formatHex(span.getTraceId().toByteArray());
        assertThat(sink.received())
                .allSatisfy(request ->
                        assertThat(request.headers().get("traceparent")).contains(id));
    }
}
