package dev.apiserversource.samples.eventreceiver;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Function;

/**
 * Reads requests with CloudEvents 1.0 in binary, structured or batched mode.
 *
 * <p>Responses: what the acceptor replies, or 400 malformed, 413 too large, 415 not a CloudEvent or not in JSON, 503
 * too many bodies at once, each with the reason as text. All requests must be handled on one event loop.
 */
public final class EventReceiver {

    /** The longest body that is accepted, in bytes. */
    public static final int MAX_BODY = 8 * 1024 * 1024;

    /** The longest all bodies together may be that are read or wait for their reply, in bytes. */
    static final int MAX_PENDING = 2 * MAX_BODY;

    private static final Logger log = LoggerFactory.getLogger(EventReceiver.class);

    private final Function<ReceivedRequest, Future<Reply>> acceptor;
    private final int maxPending;
    private int pending;

    /**
     * A receiver.
     *
     * @param acceptor decides the reply; it has all events of a request or none. A failure becomes status 500
     */
    public EventReceiver(Function<ReceivedRequest, Future<Reply>> acceptor) {
        this(acceptor, MAX_PENDING);
    }

    EventReceiver(Function<ReceivedRequest, Future<Reply>> acceptor, int maxPending) {
        this.acceptor = acceptor;
        this.maxPending = maxPending;
    }

    /** Reads {@code request} and responds to it. */
    public void handle(HttpServerRequest request) {
        Body body = new Body();
        // Also when the client disconnects, in which case the body never completes.
        request.response().endHandler(end -> body.release());
        request.response().closeHandler(close -> body.release());
        body.read(request)
                .map(buffer -> new ReceivedRequest(request.headers(), buffer, decode(request.headers(), buffer)))
                .compose(acceptor)
                .onSuccess(reply -> respond(request, reply))
                .onFailure(failure -> reject(request, failure));
    }

    private static List<ReceivedEvent> decode(MultiMap headers, Buffer body) {
        ContentType type = ContentType.of(headers.get(HttpHeaders.CONTENT_TYPE));
        if (type.isStructuredJson()) {
            return JsonDecoder.decodeStructured(body);
        } else if (type.isBatchJson()) {
            return JsonDecoder.decodeBatch(body);
        } else if (type.isCloudEvents()) {
            throw RejectedRequestException.unsupported(
                    type.mediaType() + " is not read here: send JSON or binary mode");
        } else if (!BinaryDecoder.hasAttribute(headers)) {
            throw RejectedRequestException.unsupported(
                    "no CloudEvent: no ce- header, and Content-Type is not application/cloudevents+json");
        }
        return List.of(BinaryDecoder.decode(headers, body));
    }

    private static void reject(HttpServerRequest request, Throwable failure) {
        if (failure instanceof RejectedRequestException rejected) {
            log.atWarn().addKeyValue("status", rejected.status()).log("request rejected: {}", rejected.reason());
            respond(request, rejected.reply()).onComplete(sent -> endUnread(request));
        } else {
            log.atError().setCause(failure).log("event not accepted");
            respond(request, new Reply(500, "the event could not be processed", null));
        }
    }

    /**
     * Closes the connection instead of reading the rest of a body that is too long. An HTTP/2 connection is shared with
     * other requests: there the rest is read and discarded.
     */
    private static void endUnread(HttpServerRequest request) {
        if (!request.isEnded() && request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }

    private static Future<Void> respond(HttpServerRequest request, Reply reply) {
        request.response().setStatusCode(reply.status());
        if (reply.retryAfter() != null) {
            request.response().putHeader(HttpHeaders.RETRY_AFTER, reply.retryAfter());
        }
        if (reply.text().isEmpty()) {
            return request.response().end();
        }
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        return request.response().end(reply.text() + "\n");
    }

    /** A body that is read up to a limit, and its share of {@link #pending}. */
    private final class Body {

        private final Buffer received = Buffer.buffer();
        private boolean released;

        /** Fails as soon as more than the limit arrives; never completes when the client disconnects. */
        Future<Buffer> read(HttpServerRequest request) {
            Promise<Buffer> complete = Promise.promise();
            request.handler(chunk -> append(chunk, complete));
            request.endHandler(end -> complete.tryComplete(received));
            request.exceptionHandler(e -> {
                log.atDebug().setCause(e).log("client disconnected during a request");
                release();
            });
            return complete.future();
        }

        private void append(Buffer chunk, Promise<Buffer> complete) {
            if (released) {
                return;
            }
            if (received.length() + chunk.length() > MAX_BODY) {
                complete.tryFail(RejectedRequestException.tooLarge(MAX_BODY));
            } else if (pending + chunk.length() > maxPending) {
                complete.tryFail(RejectedRequestException.overloaded(maxPending));
            } else {
                pending += chunk.length();
                received.appendBuffer(chunk);
            }
        }

        void release() {
            if (!released) {
                released = true;
                pending -= received.length();
            }
        }
    }
}
