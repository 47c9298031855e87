package dev.apiserversource.controller.discovery;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Cached discovery requests, one per group and version. A kind that was found is cached for ten minutes. A missing one
 * is cached for two seconds, so that a thousand sources that wait for one kind send one request.
 */
public final class ServerDiscovery implements Discovery {

    private static final Duration FOUND_TTL = Duration.ofMinutes(10);
    private static final Duration MISSING_TTL = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, CachedResponse> responses = new ConcurrentHashMap<>();

    /** Sends requests through {@code client}; {@code clock} expires cached responses. */
    public ServerDiscovery(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Optional<ApiResource> find(String apiVersion, String kind) {
        Instant now = clock.instant();
        CachedResponse response = responses.compute(
                apiVersion,
                (key, known) -> known != null && known.isFreshFor(kind, now) ? known : request(apiVersion, now));
        return response.find(kind);
    }

    private CachedResponse request(String apiVersion, Instant now) {
        return new CachedResponse(served(apiVersion), now);
    }

    private List<ApiResource> served(String apiVersion) {
        try {
            APIResourceList list = client.getApiResources(apiVersion);
            return list == null
                    ? List.of()
                    : list.getResources().stream()
                            .filter(resource -> !resource.getName().contains("/"))
                            .map(resource -> of(apiVersion, resource))
                            .toList();
        } catch (KubernetesClientException e) {
            // 503: the server of an aggregated API is unavailable.
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_UNAVAILABLE) {
                return List.of();
            }
            throw e;
        }
    }

    private static ApiResource of(String apiVersion, APIResource resource) {
        return new ApiResource(
                ApiResource.groupOf(apiVersion),
                ApiResource.versionOf(apiVersion),
                resource.getName(),
                resource.getKind(),
                resource.getNamespaced());
    }

    private record CachedResponse(List<ApiResource> served, Instant requestedAt) {

        Optional<ApiResource> find(String kind) {
            return served.stream()
                    .filter(resource -> resource.kind().equals(kind))
                    .findFirst();
        }

        boolean isFreshFor(String kind, Instant now) {
            return now.isBefore(requestedAt.plus(find(kind).isPresent() ? FOUND_TTL : MISSING_TTL));
        }
    }
}
