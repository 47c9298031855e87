package dev.apiserversource.samples.embedded;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/** Stands before the handling of requests for objects and lets the faults of requests happen. */
final class RequestFaults {

    private static final Duration SLOW = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(RequestFaults.class);

    private final Vertx vertx;
    private final Faults faults;

    RequestFaults(Vertx vertx, Faults faults) {
        this.vertx = vertx;
        this.faults = faults;
    }

    /** Runs {@code handling} now, later or never, or refuses with the answer that a fault demands. */
    void pass(HttpServerRequest request, ReceivedRequest received, boolean isList, Runnable handling) {
        answer(received);
        if (faults.take(Fault.RESET_CONNECTION, received)) {
            ChunkedFrames.cut(request);
        } else if (faults.take(Fault.STALL, received)) {
            log.atDebug().addKeyValue("path", received.path()).log("left without an answer");
        } else if (isList && faults.take(Fault.SLOW_LIST, received)) {
            vertx.setTimer(SLOW.toMillis(), fired -> handling.run());
        } else {
            handling.run();
        }
    }

    private void answer(ReceivedRequest request) {
        refuse(Fault.UNAUTHORIZED, request, ApiException.unauthorized());
        refuse(Fault.FORBIDDEN, request, ApiException.forbidden("forbidden by a fault that a test switched on"));
        refuse(Fault.ANSWER_429, request, ApiException.tooManyRequests(1));
        refuse(Fault.ANSWER_500, request, ApiException.internalError("a fault that a test switched on"));
        if (request.isWatch()) {
            refuse(Fault.GONE_410_HTTP, request, ApiException.expired("too old resource version"));
        }
        if (request.isWatch() && request.parameters().containsKey("sendInitialEvents")) {
            refuse(Fault.NO_STREAMING_LIST, request, ApiException.streamingListForbidden());
        }
        if (request.parameters().containsKey("continue")) {
            refuse(Fault.EXPIRED_CONTINUE, request, ApiException.expired("The provided continue parameter is too old"));
        }
    }

    private void refuse(Fault fault, ReceivedRequest request, ApiException refusal) {
        if (faults.take(fault, request)) {
            throw refusal;
        }
    }
}
