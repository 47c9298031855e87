package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Lets attempts pass while the gate is open, and holds them back while it is not: they wait and do not fail.
 *
 * <p>Sits right above the attempt, below the {@link LimitedSink}, so that no event waits for anything but a connection after it has passed. Whether it is still
 * open then, the {@link HttpSink} asks once more; an attempt that it withholds comes back here.
 */
final class GatedSink implements Sink {

    private final Sink next;
    private final SendPermit gate;

    GatedSink(Sink next, SendPermit gate) {
        this.next = next;
        this.gate = gate;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Promise<Void> opened = Promise.promise();
        gate.whenOpen(opened::complete);
        return opened.future()
                .compose(open -> next.deliver(event))
                .recover(failure -> isWithheld(failure) ? deliver(event) : Future.failedFuture(failure));
    }

    private static boolean isWithheld(Throwable failure) {
        return failure instanceof DeliveryException attempt && attempt.isWithheld();
    }
}
