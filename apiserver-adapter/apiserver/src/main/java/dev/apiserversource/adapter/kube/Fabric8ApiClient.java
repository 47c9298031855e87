package dev.apiserversource.adapter.kube;

import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.frame.kube.KubeHttp;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Reads from the Kubernetes API through the fabric8 client. It uses the client's configuration, authentication, token
 * refresh, TLS and HTTP, but none of its models.
 */
public final class Fabric8ApiClient implements ApiClient {

    private final KubeHttp api;
    private final Context context;
    private final Duration headTimeout;

    /**
     * Creates a client whose responses arrive on {@code context}.
     *
     * @param api made by {@link KubeClients} on the Vert.x instance of {@code context}
     * @param context the event loop that sends all requests
     * @param headTimeout limit for the head of a response. A request that was cancelled before ends by it, too.
     */
    public Fabric8ApiClient(KubeHttp api, Context context, Duration headTimeout) {
        this.api = api;
        this.context = context;
        this.headTimeout = headTimeout;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    public Exchange get(ApiRequest request, ResponseListener listener) {
        Fabric8Exchange exchange = new Fabric8Exchange(listener);
        HttpRequest http = api.client()
                .newHttpRequestBuilder()
                .uri(api.baseUrl() + request.pathAndQuery())
                .header("Accept", request.accept())
                .timeout(headTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        send(http, exchange)
                .whenComplete((response, failure) -> context.runOnContext(now -> exchange.onHead(response, failure)));
        return exchange;
    }

    /** Interceptors of the client run within this call and can throw. */
    private CompletableFuture<HttpResponse<AsyncBody>> send(HttpRequest http, Fabric8Exchange exchange) {
        try {
            return api.client().consumeBytes(http, (buffers, body) -> exchange.onChunks(buffers));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static final class Fabric8Exchange implements Exchange {

        private final ResponseListener listener;
        private @Nullable AsyncBody body;
        private boolean cancelled;

        Fabric8Exchange(ResponseListener listener) {
            this.listener = listener;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
        void onHead(@Nullable HttpResponse<AsyncBody> response, @Nullable Throwable failure) {
            if (response == null) {
                fail(failure);
            } else if (cancelled) {
                response.body().cancel();
            } else {
                body = response.body();
                listener.onHead(response.code(), retryAfter(response));
                response.body().done().whenComplete((done, cut) -> onDone(cut));
            }
        }

        void onChunks(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (!cancelled) {
                    listener.onChunk(bytes(buffer));
                }
            }
        }

        @Override
        public void pull() {
            if (body != null) {
                body.consume();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (body != null) {
                body.cancel();
            }
        }

        private void onDone(@Nullable Throwable cut) {
            if (cut != null) {
                fail(cut);
            } else if (!cancelled) {
                listener.onEnd();
            }
        }

        private void fail(@Nullable Throwable failure) {
            if (!cancelled) {
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                listener.onFailure(cause == null ? new IllegalStateException("no response") : cause);
            }
        }

        private static byte[] bytes(ByteBuffer buffer) {
            if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.remaining() == buffer.array().length) {
                // The array belongs to the receiver: the client keeps no reference to it.
                return buffer.array();
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }

        /** The API server sends seconds. A date, which HTTP allows too, is ignored. */
        private static Optional<Duration> retryAfter(HttpResponse<?> response) {
            return Optional.ofNullable(response.header("Retry-After"))
                    .filter(value -> value.matches("\\d{1,6}"))
                    .map(value -> Duration.ofSeconds(Long.parseLong(value)));
        }
    }
}
