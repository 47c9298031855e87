package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One request, from asking for a connection to the end of the response, within one timeout.
 *
 * <p>The status decides, however the body ends. If the body fails, stalls or exceeds {@value #MAX_BODY} bytes, the
 * connection is closed instead of being reused. Without a status the attempt ends as a connection failure or a timeout.
 */
final class HttpAttempt {

    /** Reading a body to its end keeps the connection usable. Beyond this a new connection is cheaper. */
    private static final int MAX_BODY = 64 * 1024;

    /** Bytes of the body that are kept to explain a failure. */
    private static final int KEPT_BODY = 1024;

    private static final Pattern SECONDS = Pattern.compile("\\d+");
    private static final int MAX_SECONDS_DIGITS = 9;

    private final Duration timeout;
    private final Timers timers;
    private final Timers.Timer deadline;
    private final Promise<Integer> status = Promise.promise();
    private final Buffer keptBody = Buffer.buffer();
    private long bodyLength;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;

    /** Starts the timeout. */
    HttpAttempt(Duration timeout, Timers timers) {
        this.timeout = timeout;
        this.timers = timers;
        this.deadline = timers.after(timeout, this::timedOut);
    }

    /** A 2xx status, or a {@link DeliveryException}. */
    Future<Integer> status() {
        return status.future();
    }

    /** Sends {@code body} on the connected request, or fails if there is no connection. */
    void connected(AsyncResult<HttpClientRequest> connected, Buffer body) {
        if (connected.failed()) {
            fail(DeliveryException.connection(connected.cause()));
        } else if (status.future().isComplete()) {
            connected.result().reset();
        } else {
            send(connected.result(), body);
        }
    }

    /** Sends nothing on the connected request. */
    void suspend(HttpClientRequest connected) {
        connected.reset();
        fail(DeliveryException.suspended());
    }

    private void send(HttpClientRequest connected, Buffer body) {
        request = connected;
        connected.send(body).onSuccess(this::receive).onFailure(e -> fail(DeliveryException.connection(e)));
    }

    private void receive(HttpClientResponse received) {
        response = received;
        received.handler(chunk -> read(chunk, received))
                .endHandler(end -> complete(received))
                .exceptionHandler(e -> complete(received));
    }

    private void read(Buffer chunk, HttpClientResponse received) {
        bodyLength += chunk.length();
        keptBody.appendBuffer(chunk, 0, Math.min(KEPT_BODY - keptBody.length(), chunk.length()));
        if (bodyLength > MAX_BODY) {
            complete(received);
            received.request().reset();
        }
    }

    private void timedOut() {
        if (response != null) {
            complete(response);
        } else {
            fail(DeliveryException.timeout(timeout));
        }
        if (request != null) {
            abort(request);
        }
    }

    /** A connection without a response can be dead. With HTTP/2 later requests would still use it, so it is closed. */
    private void abort(HttpClientRequest pending) {
        pending.reset();
        if (pending.version() == HttpVersion.HTTP_2) {
            pending.connection().shutdown(timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void complete(HttpClientResponse received) {
        deadline.cancel();
        int code = received.statusCode();
        if (code >= 200 && code < 300) {
            status.tryComplete(code);
        } else {
            String body = keptBody.toString(StandardCharsets.UTF_8);
            status.tryFail(DeliveryException.answered(code, retryAfter(received), body));
        }
    }

    private void fail(DeliveryException failure) {
        deadline.cancel();
        status.tryFail(failure);
    }

    private Optional<Duration> retryAfter(HttpClientResponse received) {
        String header = received.getHeader(HttpHeaders.RETRY_AFTER);
        boolean defined = received.statusCode() == 429 || received.statusCode() == 503;
        return header == null || !defined ? Optional.empty() : parseRetryAfter(header, timers.now());
    }

    /**
     * Reads a {@code Retry-After} header: seconds, or a date in the preferred form. A date in the past means zero.
     * Anything else is empty. See <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110</a>.
     */
    static Optional<Duration> parseRetryAfter(String header, Instant now) {
        String value = header.strip();
        return SECONDS.matcher(value).matches() ? Optional.of(seconds(value)) : until(value, now);
    }

    private static Duration seconds(String digits) {
        boolean tooLong = digits.length() > MAX_SECONDS_DIGITS;
        return Duration.ofSeconds(tooLong ? Integer.MAX_VALUE : Integer.parseInt(digits));
    }

    private static Optional<Duration> until(String date, Instant now) {
        try {
            Instant then = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
            return Optional.of(then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }
}
