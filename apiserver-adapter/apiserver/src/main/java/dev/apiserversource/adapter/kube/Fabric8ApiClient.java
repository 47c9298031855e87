package dev.apiserversource.adapter.kube;

import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.KubeClients;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Reads from the Kubernetes API through the fabric8 client: its configuration, authentication, token refresh, TLS and HTTP stack, but none
 * of its models.
 */
public final class Fabric8ApiClient implements ApiClient {

    private final KubernetesClient client;
    private final Context context;
    private final String baseUrl;
    private final String userAgent;

    /**
     * A client whose answers come in on {@code context}.
     *
     * @param client must be built on the Vert.x instance of {@code context}, with {@link KubeClients}
     * @param context the event loop that all requests are made from
     * @param userAgent what to call ourselves
     */
    public Fabric8ApiClient(KubernetesClient client, Context context, String userAgent) {
        this.client = client;
        this.context = context;
        this.userAgent = userAgent;
        this.baseUrl = ApiObjects.baseUrl(client);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    public Exchange get(ApiRequest request, Answer answer) {
        FabricExchange exchange = new FabricExchange(answer);
        HttpRequest http = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(baseUrl + request.pathAndQuery())
                .header("Accept", request.accept())
                .header("User-Agent", userAgent)
                .build();
        client.getHttpClient()
                .consumeBytes(http, (buffers, body) -> exchange.chunk(buffers))
                .whenComplete((response, failure) -> context.runOnContext(now -> exchange.head(response, failure)));
        return exchange;
    }

    private static final class FabricExchange implements Exchange {

        private final Answer answer;
        private @Nullable AsyncBody body;
        private boolean cancelled;

        public FabricExchange(Answer answer) {
            this.answer = answer;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
        public void head(@Nullable HttpResponse<AsyncBody> response, @Nullable Throwable failure) {
            if (response == null) {
                fail(failure);
            } else if (cancelled) {
                response.body().cancel();
            } else {
                body = response.body();
                answer.head(response.code(), retryAfter(response));
                response.body().done().whenComplete((done, cut) -> over(cut));
            }
        }

        public void chunk(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (!cancelled) {
                    answer.chunk(bytes(buffer));
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

        private void over(@Nullable Throwable cut) {
            if (cut != null) {
                fail(cut);
            } else if (!cancelled) {
                answer.end();
            }
        }

        private void fail(@Nullable Throwable failure) {
            if (!cancelled) {
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                answer.failed(cause == null ? new IllegalStateException("no answer") : cause);
            }
        }

        private static byte[] bytes(ByteBuffer buffer) {
            if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.remaining() == buffer.array().length) {
                // The client hands over an array that nobody else holds.
                return buffer.array();
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }

        /** The API server sends seconds, never a date. */
        private static Optional<Duration> retryAfter(HttpResponse<?> response) {
            return Optional.ofNullable(response.header("Retry-After"))
                    .filter(value -> value.matches("\\d{1,6}"))
                    .map(value -> Duration.ofSeconds(Long.parseLong(value)));
        }
    }
}
