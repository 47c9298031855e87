package dev.apiserversource.samples.eventdisplay;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of a request, collected as long as it keeps within a limit. */
final class BoundedBody {

    private static final Logger log = LoggerFactory.getLogger(BoundedBody.class);

    private final int limit;
    private final Buffer received = Buffer.buffer();
    private final Promise<Buffer> whole = Promise.promise();

    private BoundedBody(int limit) {
        this.limit = limit;
    }

    /**
     * Completes with the whole body, fails with a {@link Refusal} as soon as it is longer than {@code limit} bytes, and
     * does neither when the sender goes away in the middle: there is nobody left to answer.
     */
    static Future<Buffer> of(HttpServerRequest request, int limit) {
        BoundedBody body = new BoundedBody(limit);
        request.handler(body::add);
        request.endHandler(end -> body.whole.tryComplete(body.received));
        request.exceptionHandler(
                broken -> log.atDebug().setCause(broken).log("a sender broke off in the middle of a request"));
        return body.whole.future();
    }

    private void add(Buffer chunk) {
        if (received.length() + chunk.length() > limit) {
            whole.tryFail(Refusal.tooLarge(limit));
        } else {
            received.appendBuffer(chunk);
        }
    }
}
