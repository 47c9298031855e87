package dev.apiserversource.frame.delivery;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Why an attempt, or in the end a delivery, failed: the sink's answer, or that there was none. */
public final class DeliveryException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Answers below 500 that are worth another attempt; all from 500 on are. */
    private static final Set<Integer> RETRYABLE = Set.of(404, 408, 409, 413, 425, 429);

    private static final String WITHHELD = "withheld";

    private final String result;
    private final int status;
    private final boolean retryable;
    private final @Nullable Duration retryAfter;
    private final String excerpt;

    private DeliveryException(
            String message, @Nullable Throwable cause, String result, boolean retryable, Answer answer) {
        super(message, cause);
        this.result = result;
        this.retryable = retryable;
        this.status = answer.status;
        this.retryAfter = answer.retryAfter;
        this.excerpt = answer.excerpt;
    }

    /** The part of a failure that only an answer has; status 0 when there was none. */
    private record Answer(int status, @Nullable Duration retryAfter, String excerpt) {
        static final Answer NONE = new Answer(0, null, "");
    }

    /** The sink answered {@code status}, which is not 2xx. */
    static DeliveryException answered(int status, Optional<Duration> retryAfter, String excerpt) {
        boolean retryable = status >= 500 || RETRYABLE.contains(status);
        Answer answer = new Answer(status, retryAfter.orElse(null), excerpt);
        return new DeliveryException("sink answered " + status, null, Integer.toString(status), retryable, answer);
    }

    /** No answer within {@code limit}. */
    static DeliveryException timeout(Duration limit) {
        return new DeliveryException("no answer within " + limit, null, "timeout", true, Answer.NONE);
    }

    /** No connection, or it broke before the answer. */
    static DeliveryException connection(Throwable cause) {
        return new DeliveryException("no connection: " + cause.getMessage(), cause, "connection", true, Answer.NONE);
    }

    /** The event cannot be put into a request, now or later. */
    static DeliveryException unsendable(Throwable cause) {
        return new DeliveryException(
                "event cannot be sent: " + cause.getMessage(), cause, "unsendable", false, Answer.NONE);
    }

    /** Nothing was sent, because this process may not send at this moment. */
    static DeliveryException withheld() {
        return new DeliveryException("not sent", null, WITHHELD, true, Answer.NONE);
    }

    /** Whether nothing was sent, because this process may not send at this moment. */
    boolean isWithheld() {
        return result.equals(WITHHELD);
    }

    /** What happened in one word, for logs and metrics: the HTTP status, {@code timeout}, {@code connection}, {@code unsendable} or {@code withheld}. */
    public String result() {
        return result;
    }

    /** The sink's HTTP status; empty when it gave none. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** Whether the same event may be taken later: no answer, 404, 408, 409, 413, 425, 429 and from 500 on. */
    public boolean isRetryable() {
        return retryable;
    }

    /** The wait the sink asked for by {@code Retry-After}, on 429 and 503 only. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The beginning of the answer's body as text, at most 1 KiB of it; empty when there was none. */
    public String excerpt() {
        return excerpt;
    }
}
