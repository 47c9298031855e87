package dev.apiserversource.loadtests.sink;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/** What the recording sink does with an attempt. */
public enum Behaviour {
    /** 202 at once. */
    ACCEPT(true),
    /** 202 after five milliseconds. */
    ACCEPT_AFTER_5_MS(true),
    /** 202 after a tenth of a second. */
    ACCEPT_AFTER_100_MS(true),
    /** Takes the event, but the answer never reaches the sender: the connection is reset instead. */
    ACCEPT_AND_RESET(true),
    /** Nobody listens on the port. */
    REFUSE(false),
    /** The connection is reset after the request was read. */
    RESET(false),
    /** The request is read, and no answer ever comes. */
    STALL(false),
    /** 503. */
    STATUS_503(false),
    /** 503 with {@code Retry-After: 1}. */
    STATUS_503_RETRY_AFTER(false),
    /** 429 with {@code Retry-After: 1}. */
    STATUS_429_RETRY_AFTER(false),
    /** 500. */
    STATUS_500(false),
    /** 400: the sink will never take this event; the contract says to give it up. */
    STATUS_400(false);

    private static final long SHORT_DELAY_MILLIS = 5;
    private static final long LONG_DELAY_MILLIS = 100;

    private final boolean takes;

    Behaviour(boolean takes) {
        this.takes = takes;
    }

    /** Whether the sink has the event afterwards. */
    boolean takes() {
        return takes;
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
        }
    }

    private static void status(HttpServerRequest request, int status) {
        request.response().setStatusCode(status).end();
    }

    private static void retryAfterOneSecond(HttpServerRequest request, int status) {
        request.response().setStatusCode(status).putHeader("Retry-After", "1").end();
    }
}
