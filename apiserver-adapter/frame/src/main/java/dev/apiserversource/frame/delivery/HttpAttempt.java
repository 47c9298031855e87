package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One POST, from asking for a connection to the answer, within one timeout. A redirect within the host is part of it.
 *
 * <p>A 2xx answer settles the event with its head; the body is only drained, so that the connection can be reused. The
 * body of any other answer is read to explain the failure. If a body fails, stalls or exceeds {@value #MAX_BODY}
 * bytes, the connection is closed instead of being reused. Without a status the attempt ends as a connection failure or
 * a timeout.
 */
final class HttpAttempt {

    /** Reading a body to its end keeps the connection usable. Beyond this a new connection is cheaper. */
    private static final int MAX_BODY = 64 * 1024;

    /** Bytes of the body that are kept to explain a failure. */
    private static final int KEPT_BODY = 1024;

    private static final int MAX_REDIRECTS = 3;

    private static final Pattern SECONDS = Pattern.compile("\\d+");
    private static final int MAX_SECONDS_DIGITS = 9;

    private final Function<URI, Future<HttpClientRequest>> connector;
    private final Buffer body;
    private final Clocks clocks;
    private final Deadlines.Deadline deadline;
    private final Promise<Integer> status = Promise.promise();
    private final Buffer keptBody = Buffer.buffer();
    private long bodyLength;
    private int redirects;
    private @Nullable HttpClientRequest request;
    private @Nullable Runnable failure;

    /**
     * What the attempts of one sink measure time with.
     *
     * @param timers tell the time of an answer
     * @param attempts the deadlines of attempts
     * @param drains the deadlines of the rest of answers that need no reading: so long they can occupy a connection
     */
    record Clocks(Timers timers, Deadlines attempts, Deadlines drains) {

        private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(1);

        static Clocks of(Duration timeout, Timers timers) {
            return new Clocks(timers, new Deadlines(timeout, timers), new Deadlines(DRAIN_TIMEOUT, timers));
        }

        private Duration timeout() {
            return attempts.timeout();
        }
    }

    /**
     * Starts the timeout.
     *
     * @param connector opens a request to a URL, with everything but its body
     */
    HttpAttempt(Function<URI, Future<HttpClientRequest>> connector, Buffer body, Clocks clocks) {
        this.connector = connector;
        this.body = body;
        this.clocks = clocks;
        this.deadline = clocks.attempts().set(this::timedOut);
    }

    /** Sends the event to {@code url}. The result is a 2xx status, or a {@link DeliveryException}. */
    Future<Integer> start(URI url) {
        connector.apply(url).onComplete(connection -> {
            if (connection.succeeded()) {
                send(connection.result(), url);
            } else {
                fail(connection.cause());
            }
        });
        return status.future();
    }

    private void send(HttpClientRequest connected, URI url) {
        if (status.future().isComplete()) {
            connected.reset();
        } else {
            request = connected;
            connected.send(body).onComplete(answer -> {
                if (answer.succeeded()) {
                    receive(answer.result(), url);
                } else {
                    fail(answer.cause());
                }
            });
        }
    }

    private void receive(HttpClientResponse received, URI url) {
        int code = received.statusCode();
        if (code < 200) {
            failSwitchOfProtocol(received);
        } else if (code < 300) {
            deadline.cancel();
            drain(received);
            // after what the sink sent with the head: a body that ended frees its connection for the next event
            Objects.requireNonNull(Vertx.currentContext()).runOnContext(ended -> status.tryComplete(code));
        } else if (code == 307 || code == 308) {
            redirect(received, url);
        } else {
            readFailure(received, () -> DeliveryException.answered(code, retryAfter(received), keptText()));
        }
    }

    /** 101, as other interim answers are discarded. What follows cannot be read, so whether it accepts is unknown. */
    private void failSwitchOfProtocol(HttpClientResponse received) {
        fail(DeliveryException.answered(received.statusCode(), Optional.empty(), ""));
        drain(received);
        received.request().reset();
    }

    private void redirect(HttpClientResponse received, URI url) {
        Redirect redirect = Redirect.of(url, received.getHeader(HttpHeaders.LOCATION));
        URI target = redirect.target();
        if (target != null && redirects < MAX_REDIRECTS) {
            redirects++;
            drain(received);
            start(target);
        } else {
            String detail = target == null ? redirect.detail() : "more than " + MAX_REDIRECTS + " redirects";
            int code = received.statusCode();
            readFailure(received, () -> DeliveryException.redirected(code, detail, keptText()));
        }
    }

    /** Reads the rest of an answer for the sake of its connection. */
    private void drain(HttpClientResponse received) {
        Deadlines.Deadline limit = clocks.drains().set(() -> received.request().reset());
        long[] length = {0};
        received.handler(chunk -> {
                    length[0] += chunk.length();
                    if (length[0] > MAX_BODY) {
                        received.request().reset();
                    }
                })
                .endHandler(end -> limit.cancel())
                .exceptionHandler(e -> limit.cancel());
    }

    private void readFailure(HttpClientResponse received, Supplier<DeliveryException> answer) {
        Runnable complete = () -> fail(answer.get());
        failure = complete;
        received.handler(chunk -> read(chunk, received, complete))
                .endHandler(end -> complete.run())
                .exceptionHandler(e -> complete.run());
    }

    private void read(Buffer chunk, HttpClientResponse received, Runnable complete) {
        bodyLength += chunk.length();
        keptBody.appendBuffer(chunk, 0, Math.min(KEPT_BODY - keptBody.length(), chunk.length()));
        if (bodyLength > MAX_BODY) {
            complete.run();
            received.request().reset();
        }
    }

    private String keptText() {
        return keptBody.toString(StandardCharsets.UTF_8);
    }

    private void timedOut() {
        if (failure != null) {
            failure.run();
        } else {
            fail(DeliveryException.timeout(clocks.timeout()));
        }
        if (request != null) {
            abort(request);
        }
    }

    /** A connection without a response can be dead. With HTTP/2 later requests would still use it, so it is closed. */
    private void abort(HttpClientRequest pending) {
        pending.reset();
        if (pending.version() == HttpVersion.HTTP_2) {
            pending.connection().shutdown(clocks.timeout().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void fail(Throwable cause) {
        deadline.cancel();
        status.tryFail(cause instanceof DeliveryException known ? known : DeliveryException.connection(cause));
    }

    private Optional<Duration> retryAfter(HttpClientResponse received) {
        String header = received.getHeader(HttpHeaders.RETRY_AFTER);
        boolean defined = received.statusCode() == 429 || received.statusCode() == 503;
        return header == null || !defined
                ? Optional.empty()
                : parseRetryAfter(header, clocks.timers().now());
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

    /** Where a redirect leads: to {@code target}, or nowhere, because of {@code detail}. */
    private record Redirect(@Nullable URI target, String detail) {

        static Redirect of(URI url, @Nullable String location) {
            if (location == null || location.isBlank()) {
                return new Redirect(null, "redirect without a location");
            }
            try {
                return checked(url, url.resolve(location.strip()));
            } catch (IllegalArgumentException e) {
                return new Redirect(null, "redirect to an invalid URL: " + location);
            }
        }

        /** A sink may move to https. It may not move to another host, where another party could read the events. */
        private static Redirect checked(URI url, URI target) {
            boolean toHttps = "https".equalsIgnoreCase(target.getScheme());
            boolean sameScheme = String.valueOf(url.getScheme()).equalsIgnoreCase(target.getScheme());
            if (!toHttps && !sameScheme) {
                return new Redirect(null, "redirect to another scheme: " + target);
            }
            return String.valueOf(url.getHost()).equalsIgnoreCase(target.getHost())
                    ? new Redirect(target, "")
                    : new Redirect(null, "redirect to another host: " + target);
        }
    }
}
