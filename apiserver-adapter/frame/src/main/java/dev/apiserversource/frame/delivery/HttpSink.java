package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/**
 * One attempt: POSTs the event in binary mode and judges the answer by its status. A redirect is not followed, it is a refusal.
 *
 * <p>{@link HttpAttempt} has the details of time and of answers that do not end.
 */
final class HttpSink implements Sink {

    private final HttpClient client;
    private final SinkRole role;
    private final SinkAddress address;
    private final DeliverySettings settings;
    private final Timers timers;
    private final DeliveryMeters meters;
    private final SendPermit gate;

    HttpSink(
            HttpClient client,
            SinkRole role,
            SinkAddress address,
            DeliverySettings settings,
            Timers timers,
            DeliveryMeters meters,
            SendPermit gate) {
        this.client = client;
        this.role = role;
        this.address = address;
        this.settings = settings;
        this.timers = timers;
        this.meters = meters;
        this.gate = gate;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return message(event)
                .compose(this::attempt)
                .onComplete(attempt -> meters.attempted(role, attempt))
                .mapEmpty();
    }

    private static Future<HttpEventEncoder> message(CloudEvent event) {
        try {
            return Future.succeededFuture(HttpEventEncoder.of(event));
        } catch (RuntimeException e) {
            return Future.failedFuture(DeliveryException.unsendable(e));
        }
    }

    private Future<Integer> attempt(HttpEventEncoder message) {
        HttpAttempt attempt = new HttpAttempt(settings.attemptTimeout(), timers);
        client.request(request(message)).onComplete(connected -> {
            if (connected.succeeded() && !gate.isOpen()) {
                attempt.withhold(connected.result());
            } else {
                attempt.connected(connected, message.body());
            }
        });
        return attempt.status();
    }

    private RequestOptions request(HttpEventEncoder message) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(address.url().toString())
                .setHeaders(message.headers())
                .putHeader("Kn-Namespace", settings.namespace())
                .setFollowRedirects(false)
                .setConnectTimeout(settings.attemptTimeout().toMillis());
    }
}
