package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the sink does not take, because it refuses it or the retries are used up, to the dead letter sink.
 *
 * <p>The delivery has then failed all the same, with a {@link DeadLetteredException}. It ends only when the dead letter sink has taken the event,
 * so whoever keeps order by waiting for the end keeps it for dead letters, too.
 */
final class DeadLetteringSink implements Sink {

    private static final Logger log = LoggerFactory.getLogger(DeadLetteringSink.class);

    private final Sink sink;
    private final Sink deadLetterSink;
    private final DeadLetters letters;

    DeadLetteringSink(Sink sink, Sink deadLetterSink, DeadLetters letters) {
        this.sink = sink;
        this.deadLetterSink = deadLetterSink;
        this.letters = letters;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return sink.deliver(event).recover(failure -> deadLetter(event, failure));
    }

    private Future<Void> deadLetter(CloudEvent event, Throwable failure) {
        FailureLine.of(log, event, failure).log("event not taken, goes to the dead letter sink");
        return deadLetterSink
                .deliver(letters.of(event, failure))
                .compose(taken -> Future.failedFuture(new DeadLetteredException(failure)));
    }
}
