package dev.apiserversource.frame.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;

/** Writes spans to the log, one line each, for a look without a collector. */
final class LogExporter implements SpanExporter {

    private static final Logger log = LoggerFactory.getLogger(LogExporter.class);

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        spans.forEach(LogExporter::write);
        return CompletableResultCode.ofSuccess();
    }

    private static void write(SpanData span) {
        log.atInfo()
                .addKeyValue("name", span.getName())
                .addKeyValue("traceId", span.getTraceId())
                .addKeyValue("spanId", span.getSpanId())
                .addKeyValue("nanos", span.getEndEpochNanos() - span.getStartEpochNanos())
                .addKeyValue("attributes", span.getAttributes())
                .addKeyValue("events", span.getEvents())
                .log("span");
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
