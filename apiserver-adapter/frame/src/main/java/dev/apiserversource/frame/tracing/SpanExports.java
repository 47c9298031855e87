package dev.apiserversource.frame.tracing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the spans that wait for their export, and counts what becomes of them. The SDK drops those beyond its queue
 * without a word. Spans end on the event loop and are exported on the thread of the SDK, hence the atomics.
 */
final class SpanExports {

    private static final int DEFAULT_QUEUE = 2048;

    private static final Logger log = LoggerFactory.getLogger(SpanExports.class);

    private final Counter exported;
    private final Counter failed;
    private final Counter dropped;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean failing = new AtomicBoolean();

    SpanExports(MeterRegistry registry) {
        this.exported = counter(registry, "exported");
        this.failed = counter(registry, "failed");
        this.dropped = counter(registry, "dropped");
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("apiserversource.spans")
                .description("Spans by what became of them")
                .tag("result", result)
                .register(registry);
    }

    /** {@code next}, which never sees more spans than fit into its queue. */
    SpanProcessor bounded(SpanProcessor next, ConfigProperties config) {
        return new Bounded(next, config.getInt("otel.bsp.max.queue.size", DEFAULT_QUEUE));
    }

    /** {@code next}, counted. */
    SpanExporter counted(SpanExporter next) {
        return new Counted(next);
    }

    private void failing(String why) {
        if (failing.compareAndSet(false, true)) {
            log.atWarn().log("spans are lost: {}; events are delivered all the same", why);
        }
    }

    private void succeeded(int spans) {
        exported.increment(spans);
        if (failing.compareAndSet(true, false)) {
            log.atInfo().log("spans are exported again");
        }
    }

    private final class Bounded implements SpanProcessor {

        private final SpanProcessor next;
        private final int max;

        Bounded(SpanProcessor next, int max) {
            this.next = next;
            this.max = max;
        }

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            next.onStart(parent, span);
        }

        @Override
        public boolean isStartRequired() {
            return next.isStartRequired();
        }

        @Override
        public void onEnd(ReadableSpan span) {
            if (!span.getSpanContext().isSampled()) {
                return;
            }
            if (waiting.get() >= max) {
                dropped.increment();
                failing("more than " + max + " wait for their export");
            } else {
                waiting.incrementAndGet();
                next.onEnd(span);
            }
        }

        @Override
        public boolean isEndRequired() {
            return next.isEndRequired();
        }

        @Override
        public CompletableResultCode forceFlush() {
            return next.forceFlush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return next.shutdown();
        }
    }

    private final class Counted implements SpanExporter {

        private final SpanExporter next;

        Counted(SpanExporter next) {
            this.next = next;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            int count = spans.size();
            waiting.addAndGet(-count);
            CompletableResultCode result = next.export(spans);
            result.whenComplete(() -> {
                if (result.isSuccess()) {
                    succeeded(count);
                } else {
                    failed.increment(count);
                    failing(reason(result.getFailureThrowable()));
                }
            });
            return result;
        }

        private String reason(@Nullable Throwable failure) {
            return failure == null ? "the collector does not take them" : String.valueOf(failure.getMessage());
        }

        @Override
        public CompletableResultCode flush() {
            return next.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return next.shutdown();
        }
    }
}
