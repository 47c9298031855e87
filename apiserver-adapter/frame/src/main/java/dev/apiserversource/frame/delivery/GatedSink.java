package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Starts attempts only while the {@link SendPermit} is granted. Without it they wait and do not fail.
 *
 * <p>It sits directly above the attempt, so a permitted event waits for nothing but a connection. {@link HttpSink}
 * checks the permit again once it has one. An attempt that it suspends returns here and waits.
 */
final class GatedSink implements Sink {

    private final Sink next;
    private final SendPermit permit;

    GatedSink(Sink next, SendPermit permit) {
        this.next = next;
        this.permit = permit;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return whenGranted(event)
                .recover(failure -> isSuspended(failure) ? deliver(event) : Future.failedFuture(failure));
    }

    private Future<Void> whenGranted(CloudEvent event) {
        if (permit.isGranted()) {
            return next.tryDeliver(event);
        }
        Promise<Void> granted = Promise.promise();
        permit.whenGranted(granted::complete);
        return granted.future().compose(now -> next.deliver(event));
    }

    private static boolean isSuspended(Throwable failure) {
        return failure instanceof DeliveryException attempt && attempt.isSuspended();
    }
}
