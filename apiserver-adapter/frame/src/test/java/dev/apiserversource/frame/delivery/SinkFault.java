package dev.apiserversource.frame.delivery;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The faults of {@link FixtureSink}. */
public enum SinkFault {

    /** The sink's port is closed. */
    REFUSE_CONNECTION,

    /** The connection is closed without a response. */
    RESET,

    /** The request is read and never answered. */
    STALL_BEFORE_HEADERS,

    /** 202, and a body of which only the first byte is sent. */
    STALL_IN_BODY,

    /** 503 with a body that does not end. */
    ENDLESS_BODY,

    STATUS_503,
    STATUS_503_RETRY_AFTER,
    STATUS_429_RETRY_AFTER,
    STATUS_500,
    STATUS_403,

    /** A refusal with a body of 4 KiB. */
    STATUS_400,

    /** 303 to the same URL. A client that follows it sends a GET, and the event is lost. */
    REDIRECT;

    /** The value of {@code Retry-After} in seconds. */
    public static final int RETRY_AFTER_SECONDS = 1;

    public void strike(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        switch (this) {
            case REFUSE_CONNECTION, RESET -> request.connection().close();
            case STALL_BEFORE_HEADERS -> {}
            case STALL_IN_BODY ->
                response.setStatusCode(202).putHeader("Content-Length", "10").write("a");
            case ENDLESS_BODY -> pour(response.setStatusCode(503).setChunked(true));
            case STATUS_503 -> answer(response, 503);
            case STATUS_503_RETRY_AFTER -> answer(retryAfter(response), 503);
            case STATUS_429_RETRY_AFTER -> answer(retryAfter(response), 429);
            case STATUS_500 -> answer(response, 500);
            case STATUS_403 -> answer(response, 403);
            case STATUS_400 -> response.setStatusCode(400).end("no".repeat(2048));
            case REDIRECT -> answer(response.putHeader("Location", request.absoluteURI()), 303);
        }
    }

    private static void answer(HttpServerResponse response, int status) {
        response.setStatusCode(status).end("fault");
    }

    private static HttpServerResponse retryAfter(HttpServerResponse response) {
        return response.putHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    }

    private static void pour(HttpServerResponse response) {
        response.drainHandler(drained -> pour(response));
        while (!response.writeQueueFull() && !response.closed()) {
            response.write(Buffer.buffer(new byte[8192]));
        }
    }
}
