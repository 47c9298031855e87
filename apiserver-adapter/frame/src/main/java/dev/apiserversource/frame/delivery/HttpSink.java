package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

import java.net.URI;
import java.util.function.Consumer;

/**
 * One attempt: POSTs the event in binary content mode. A 2xx answer succeeds. A redirect is not followed and counts
 * as a refusal.
 *
 * <p>{@link HttpAttempt} handles timeouts and responses that do not end.
 */
final class HttpSink implements Sink {

    private final HttpClient client;
    private final URI url;
    private final DeliverySettings settings;
    private final Timers timers;
    private final SendPermit permit;
    private final Consumer<AsyncResult<Integer>> observer;

    /** {@code observer} receives the result of each attempt: a 2xx status or a {@link DeliveryException}. */
    HttpSink(
            HttpClient client,
            URI url,
            DeliverySettings settings,
            Timers timers,
            SendPermit permit,
            Consumer<AsyncResult<Integer>> observer) {
        this.client = client;
        this.url = url;
        this.settings = settings;
        this.timers = timers;
        this.permit = permit;
        this.observer = observer;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return encode(event).compose(this::attempt).onComplete(observer::accept).mapEmpty();
    }

    private static Future<HttpEventEncoder.Message> encode(CloudEvent event) {
        try {
            return Future.succeededFuture(HttpEventEncoder.encode(event));
        } catch (RuntimeException e) {
            return Future.failedFuture(DeliveryException.unsendable(e));
        }
    }

    private Future<Integer> attempt(HttpEventEncoder.Message message) {
        HttpAttempt attempt = new HttpAttempt(settings.timeout(), timers);
        client.request(request(message)).onComplete(connected -> {
            if (connected.succeeded() && !permit.isGranted()) {
                attempt.suspend(connected.result());
            } else {
                attempt.connected(connected, message.body());
            }
        });
        return attempt.status();
    }

    private RequestOptions request(HttpEventEncoder.Message message) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(url.toString())
                .setHeaders(message.headers())
                .putHeader("Kn-Namespace", settings.namespace())
                .setFollowRedirects(false)
                .setConnectTimeout(settings.timeout().toMillis());
    }
}
