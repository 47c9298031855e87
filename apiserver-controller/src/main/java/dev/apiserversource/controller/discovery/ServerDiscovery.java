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
 * Discovery as the API server answers it, one request per group and version. What was found is believed for ten minutes, what was
 * missing for two seconds, so that a thousand sources waiting for one kind ask once.
 */
public final class ServerDiscovery implements Discovery {

    private static final Duration FOUND = Duration.ofMinutes(10);
    private static final Duration MISSING = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /** Asks through {@code client}; {@code clock} tells how old an answer is. */
    public ServerDiscovery(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Optional<ApiResource> find(String apiVersion, String kind) {
        Instant now = clock.instant();
        Answer answer = answers.compute(
                apiVersion, (key, known) -> known != null && known.goodFor(kind, now) ? known : ask(apiVersion, now));
        return answer.of(kind);
    }

    private Answer ask(String apiVersion, Instant now) {
        return new Answer(served(apiVersion), now);
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
            // An aggregated API whose server is away serves nothing for now.
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

    private record Answer(List<ApiResource> served, Instant since) {

        Optional<ApiResource> of(String kind) {
            return served.stream()
                    .filter(resource -> resource.kind().equals(kind))
                    .findFirst();
        }

        boolean goodFor(String kind, Instant now) {
            return now.isBefore(since.plus(of(kind).isPresent() ? FOUND : MISSING));
        }
    }
}
