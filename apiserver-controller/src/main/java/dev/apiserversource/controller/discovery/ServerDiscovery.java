package dev.apiserversource.controller.discovery;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
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
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Cached discovery requests, one per group and version. A kind that was found is cached for ten minutes. A missing one
 * is cached for two seconds, so that a thousand sources that wait for one kind send one request. Kinds are compared
 * without regard to case, because Knative's guess accepts {@code pod}.
 */
public final class ServerDiscovery implements Discovery {

    private static final Duration FOUND_TTL = Duration.ofMinutes(10);
    private static final Duration MISSING_TTL = Duration.ofSeconds(2);

    /** Sources name groups and versions, so that the number of cached responses must have a bound. */
    private static final int MAX_RESPONSES = 1_000;

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, CachedResponse> responses = new ConcurrentHashMap<>();
    private final Map<String, CachedVersions> groups = new ConcurrentHashMap<>();
    private final Map<String, ApiResource> lastKnown = new ConcurrentHashMap<>();

    /** Sends requests through {@code client}; {@code clock} expires cached responses. */
    public ServerDiscovery(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Optional<ApiResource> find(String apiVersion, String kind) {
        Instant now = clock.instant();
        if (responses.size() > MAX_RESPONSES) {
            responses.clear();
        }
        CachedResponse response = responses.compute(
                apiVersion,
                (key, known) -> known != null && known.isFreshFor(kind, now) ? known : request(apiVersion, now));
        Optional<ApiResource> found = response.find(kind);
        found.ifPresent(resource -> lastKnown.put(key(apiVersion, kind), resource));
        return found;
    }

    private static String key(String apiVersion, String kind) {
        return apiVersion + "/" + kind;
    }

    @Override
    public ApiResource lastKnown(String apiVersion, String kind) {
        return lastKnown.getOrDefault(key(apiVersion, kind), ApiResource.guess(apiVersion, kind));
    }

    @Override
    public Optional<ApiResource> findInGroup(String group, String kind) {
        Instant now = clock.instant();
        if (groups.size() > MAX_RESPONSES) {
            groups.clear();
        }
        return groups
                .compute(group, (key, known) -> known != null && known.isFresh(now) ? known : versions(group, now))
                .apiVersions()
                .stream()
                .flatMap(apiVersion -> find(apiVersion, kind).stream())
                .findFirst();
    }

    /** The versions that a group serves, the preferred one first. */
    private CachedVersions versions(String group, Instant now) {
        APIGroup served = group.isEmpty() ? null : client.getApiGroup(group);
        if (served == null) {
            return new CachedVersions(List.of(), now);
        }
        Stream<GroupVersionForDiscovery> preferred = Stream.ofNullable(served.getPreferredVersion());
        return new CachedVersions(
                Stream.concat(preferred, served.getVersions().stream())
                        .map(GroupVersionForDiscovery::getGroupVersion)
                        .distinct()
                        .toList(),
                now);
    }

    private record CachedVersions(List<String> apiVersions, Instant requestedAt) {

        boolean isFresh(Instant now) {
            return now.isBefore(requestedAt.plus(apiVersions.isEmpty() ? MISSING_TTL : FOUND_TTL));
        }
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
            return first(resource -> resource.kind().equals(kind))
                    .or(() -> first(resource -> resource.kind().equalsIgnoreCase(kind)));
        }

        private Optional<ApiResource> first(Predicate<ApiResource> condition) {
            return served.stream().filter(condition).findFirst();
        }

        boolean isFreshFor(String kind, Instant now) {
            return now.isBefore(requestedAt.plus(find(kind).isPresent() ? FOUND_TTL : MISSING_TTL));
        }
    }
}
