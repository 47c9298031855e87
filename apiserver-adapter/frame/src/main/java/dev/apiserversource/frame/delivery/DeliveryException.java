package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Why an attempt, or in the end a delivery, failed: the sink's response, or that there was none. */
public final class DeliveryException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Answers that speak of the event itself. A retry of the same event gets the same answer. */
    private static final Set<Integer> FINAL = Set.of(400, 405, 406, 410, 411, 414, 415, 417, 422, 431, 501, 505);

    /** Client errors that pass with time, or that concern a single event. */
    private static final Set<Integer> TRANSIENT = Set.of(408, 409, 413, 425, 429);

    private static final String SUSPENDED = "suspended";
    private static final String NO_TOKEN = "token";
    private static final int UNAUTHORIZED = 401;

    private final String result;
    private final int status;
    private final boolean retryable;
    private final @Nullable Duration retryAfter;
    private final String response;

    /** {@code status} is 0 without a response. */
    private record Response(int status, @Nullable Duration retryAfter, String body) {
        static final Response NONE = new Response(0, null, "");
    }

    private DeliveryException(
            String message, @Nullable Throwable cause, String result, boolean retryable, Response response) {
        super(message, cause);
        this.result = result;
        this.retryable = retryable;
        this.status = response.status;
        this.retryAfter = response.retryAfter;
        this.response = response.body;
    }

    /** The sink answered {@code status}, which is not 2xx. */
    static DeliveryException answered(int status, Optional<Duration> retryAfter, String response) {
        return answered(status, "", new Response(status, retryAfter.orElse(null), response));
    }

    /** The sink answered with a redirect that is not followed, for the reason {@code detail}. */
    static DeliveryException redirected(int status, String detail, String response) {
        return answered(status, ": " + detail, new Response(status, null, response));
    }

    private static DeliveryException answered(int status, String detail, Response response) {
        return new DeliveryException(
                "sink answered " + status + detail, null, Integer.toString(status), !FINAL.contains(status), response);
    }

    /** There was no response within {@code timeout}. */
    static DeliveryException timeout(Duration timeout) {
        return new DeliveryException("no answer within " + timeout, null, "timeout", true, Response.NONE);
    }

    /** There was no connection, or it was closed before the response. */
    static DeliveryException connection(Throwable cause) {
        return new DeliveryException("no connection: " + cause.getMessage(), cause, "connection", true, Response.NONE);
    }

    /** Nothing was sent, because the {@link SendPermit} was revoked while the attempt waited for a connection. */
    static DeliveryException suspended() {
        return new DeliveryException("not sent", null, SUSPENDED, true, Response.NONE);
    }

    /** Nothing was sent: no token for the sink can be obtained. {@code why} is for people and holds no credentials. */
    public static DeliveryException noToken(String why) {
        return new DeliveryException("no token: " + why, null, NO_TOKEN, true, Response.NONE);
    }

    /** The sink was closed, for the reason {@code why}, before the event was delivered. There is no retry. */
    public static DeliveryException closed(String why) {
        return new DeliveryException(why, null, "closed", false, Response.NONE);
    }

    boolean isUnauthorized() {
        return status == UNAUTHORIZED;
    }

    boolean isMissingToken() {
        return result.equals(NO_TOKEN);
    }

    boolean isSuspended() {
        return result.equals(SUSPENDED);
    }

    /** A warning about {@code event}, with the details of {@code failure}; the caller adds the message. */
    static LoggingEventBuilder warning(Logger log, CloudEvent event, Throwable failure) {
        LoggingEventBuilder line = log.atWarn().addKeyValue("id", event.getId()).addKeyValue("type", event.getType());
        return failure instanceof DeliveryException attempt
                ? line.addKeyValue("result", attempt.result).addKeyValue("response", attempt.response)
                : line.setCause(failure);
    }

    /**
     * The failure in one word, for logs and metrics: the HTTP status, {@code timeout}, {@code connection}, {@code
     * token}, {@code suspended} or {@code closed}.
     */
    public String result() {
        return result;
    }

    /** The sink's HTTP status; empty without a response. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** Whether a retry can succeed: without a response, and unless the answer speaks of the event itself. */
    public boolean isRetryable() {
        return retryable;
    }

    /**
     * Whether someone must mend it: the sink is there and takes no event, as with a redirect or a retryable client
     * error such as 401 or 403, or no token for it can be obtained.
     */
    boolean isRefusal() {
        return isMissingToken() || (retryable && status >= 300 && status < 500 && !TRANSIENT.contains(status));
    }

    /** The wait that the sink requested by {@code Retry-After}, on 429 and 503 only. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The beginning of the response body as text, at most 1 KiB of it; empty without one. */
    public String response() {
        return response;
    }
}
