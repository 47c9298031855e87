package dev.apiserversource.loadtests.sink;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/** What the recording sink does with a request. */
public enum SinkBehaviour {
    /** Answers 202 at once. */
    ACCEPT(true),
    /** Answers 202 after 5 ms. */
    ACCEPT_AFTER_5_MS(true),
    /** Answers 202 after 100 ms. */
    ACCEPT_AFTER_100_MS(true),
    /** Takes the event and resets the connection: the sender gets no response. */
    ACCEPT_AND_RESET(true),
    /** Does not listen. */
    REFUSE(false),
    /** Resets the connection after the request was read. */
    RESET(false),
    /** Reads the request and never answers. */
    STALL(false),
    /** Answers 503. */
    STATUS_503(false),
    /** Answers 503 with {@code Retry-After: 1}. */
    STATUS_503_RETRY_AFTER(false),
    /** Answers 429 with {@code Retry-After: 1}. */
    STATUS_429_RETRY_AFTER(false),
    /** Answers 500. */
    STATUS_500(false),
    /** Answers 400: the event is dropped, not retried. */
    STATUS_400(false),
    /** Answers 413. */
    STATUS_413(false);

    private static final long SHORT_DELAY_MILLIS = 5;
    private static final long LONG_DELAY_MILLIS = 100;

    private final boolean takesEvent;

    SinkBehaviour(boolean takesEvent) {
        this.takesEvent = takesEvent;
    }

    /** Whether the sink has the event afterwards. */
    boolean takesEvent() {
        return takesEvent;
    }

    void answer(Vertx vertx, HttpServerRequest request) {
        switch (this) {
            case ACCEPT -> status(request, 202);
            case ACCEPT_AFTER_5_MS -> vertx.setTimer(SHORT_DELAY_MILLIS, fired -> status(request, 202));
            case ACCEPT_AFTER_100_MS -> vertx.setTimer(LONG_DELAY_MILLIS, fired -> status(request, 202));
            case ACCEPT_AND_RESET, REFUSE, RESET -> request.connection().close();
            case STALL -> {}
            case STATUS_503 -> status(request, 503);
            case STATUS_503_RETRY_AFTER -> retryAfterOneSecond(request, 503);
            case STATUS_429_RETRY_AFTER -> retryAfterOneSecond(request, 429);
            case STATUS_500 -> status(request, 500);
            case STATUS_400 -> status(request, 400);
            case STATUS_413 -> status(request, 413);
        }
    }

    private static void status(HttpServerRequest request, int status) {
        request.response().setStatusCode(status).end();
    }

    private static void retryAfterOneSecond(HttpServerRequest request, int status) {
        request.response().setStatusCode(status).putHeader("Retry-After", "1").end();
    }
}
