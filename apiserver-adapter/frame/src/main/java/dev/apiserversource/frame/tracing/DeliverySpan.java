package dev.apiserversource.frame.tracing;

import dev.apiserversource.frame.delivery.DeliveryException;
import dev.apiserversource.frame.delivery.DeliveryTracer;
import dev.apiserversource.frame.delivery.Outcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.AsyncResult;
import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;

/** The span of one delivery. */
final class DeliverySpan implements DeliveryTracer.Trace {

    /** A delivery can have attempts without end. Those beyond the first are only counted: the memory is bounded. */
    private static final int MAX_EVENTS = 16;

    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> SINK = AttributeKey.stringKey("apiserversource.sink");

    private final Span span;
    private final Map<String, String> headers;
    private int attempts;

    DeliverySpan(Span span, Map<String, String> headers) {
        this.span = span;
        this.headers = headers;
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public void attempted(String sink, AsyncResult<Integer> result) {
        attempts++;
        if (attempts <= MAX_EVENTS && span.isRecording()) {
            span.addEvent("attempt", attributes(sink, result));
        }
    }

    private static Attributes attributes(String sink, AsyncResult<Integer> result) {
        if (result.succeeded()) {
            return Attributes.of(SINK, sink, STATUS, result.result().longValue());
        }
        return result.cause() instanceof DeliveryException failure
                        && failure.status().isPresent()
                ? Attributes.of(SINK, sink, STATUS, (long) failure.status().getAsInt())
                : Attributes.of(SINK, sink, ERROR, reason(result.cause()));
    }

    private static String reason(Throwable failure) {
        return failure instanceof DeliveryException attempt
                ? attempt.result()
                : failure.getClass().getName();
    }

    @Override
    public void ended(@Nullable Outcome outcome, @Nullable Throwable failure) {
        span.setAttribute("apiserversource.attempts", attempts);
        if (outcome != null) {
            span.setAttribute("apiserversource.outcome", outcome.name().toLowerCase(Locale.ROOT));
        }
        if (failure != null) {
            span.setAttribute(ERROR, reason(failure));
            span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        }
        span.end();
    }
}
