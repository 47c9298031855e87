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

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The life of one request, from asking for a connection to the end of the answer, within one limit of time.
 *
 * <p>The status decides, however the body ends: a body that breaks off, stalls until the limit or grows beyond {@value #MOST_BODY} bytes is not waited for, the
 * connection is given up instead of being kept for the next. Without a status there is a failure to connect, or a timeout.
 */
final class HttpAttempt {

    /** Reading a body to its end keeps the connection usable; beyond this a new connection is cheaper. */
    private static final int MOST_BODY = 64 * 1024;

    private final Duration limit;
    private final Timers timers;
    private final Timers.Timer deadline;
    private final Promise<Integer> status = Promise.promise();
    private final BodyPreview excerpt = new BodyPreview();
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;

    /** Begins: the time runs from now on. */
    HttpAttempt(Duration limit, Timers timers) {
        this.limit = limit;
        this.timers = timers;
        this.deadline = timers.after(limit, this::expired);
    }

    /** The status of the answer when it is 2xx, else a {@link DeliveryException}. */
    Future<Integer> status() {
        return status.future();
    }

    /** To be called with the request that has got a connection, or with the reason why it has not. */
    void connected(AsyncResult<HttpClientRequest> connected, Buffer body) {
        if (connected.failed()) {
            fail(DeliveryException.connection(connected.cause()));
        } else if (status.future().isComplete()) {
            connected.result().reset();
        } else {
            send(connected.result(), body);
        }
    }

    /** To be called instead, when the event must not be sent at this moment. */
    void withhold(HttpClientRequest request) {
        request.reset();
        fail(DeliveryException.withheld());
    }

    private void send(HttpClientRequest request, Buffer body) {
        this.request = request;
        request.send(body).onSuccess(this::answered).onFailure(e -> fail(DeliveryException.connection(e)));
    }

    private void answered(HttpClientResponse response) {
        this.response = response;
        response.handler(this::read).endHandler(end -> judge(response)).exceptionHandler(e -> judge(response));
    }

    private void read(Buffer chunk) {
        excerpt.add(chunk);
        if (excerpt.length() > MOST_BODY && response != null) {
            judge(response);
            response.request().reset();
        }
    }

    private void expired() {
        if (response != null) {
            judge(response);
        } else {
            fail(DeliveryException.timeout(limit));
        }
        if (request != null) {
            breakOff(request);
        }
    }

    /** A connection that gave no answer may be dead; one of HTTP/2 would get the next requests all the same. */
    private void breakOff(HttpClientRequest request) {
        request.reset();
        if (request.version() == HttpVersion.HTTP_2) {
            request.connection().shutdown(limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void judge(HttpClientResponse response) {
        deadline.cancel();
        int code = response.statusCode();
        if (code >= 200 && code < 300) {
            status.tryComplete(code);
        } else {
            status.tryFail(DeliveryException.answered(code, retryAfter(response), excerpt.text()));
        }
    }

    private Optional<Duration> retryAfter(HttpClientResponse response) {
        String header = response.getHeader(HttpHeaders.RETRY_AFTER);
        boolean meaningful = response.statusCode() == 429 || response.statusCode() == 503;
        return header == null || !meaningful ? Optional.empty() : RetryAfter.parse(header, timers.now());
    }

    private void fail(DeliveryException failure) {
        deadline.cancel();
        status.tryFail(failure);
    }
}
