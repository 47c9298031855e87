package dev.apiserversource.controller.access;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import io.fabric8.kubernetes.api.model.authorization.v1.LocalSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.LocalSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Concurrent, cached SubjectAccessReviews. Allowed requests are cached for five minutes, denied ones for two seconds,
 * so that a grant is noticed soon and a thousand sources with one ServiceAccount send one review.
 */
final class AccessReviews {

    private static final Duration ALLOWED_TTL = Duration.ofMinutes(5);
    private static final Duration DENIED_TTL = Duration.ofSeconds(2);

    /** Expired entries are removed above this size, which fits 1,000 sources with a ServiceAccount each. */
    private static final int SWEEP_SIZE = 10_000;

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);

    private final Predicate<AccessRequest> reviewer;
    private final Executor executor;
    private final Clock clock;
    private final Map<AccessRequest, CachedReview> reviews = new ConcurrentHashMap<>();
    private volatile Instant nextSweep = Instant.MIN;

    /** Calls {@code reviewer}, which may block, on {@code executor}, whose size limits concurrent reviews. */
    AccessReviews(Predicate<AccessRequest> reviewer, Executor executor, Clock clock) {
        this.reviewer = reviewer;
        this.executor = executor;
        this.clock = clock;
    }

    /** A reviewer that asks the API server, about namespaces by reviews that a Role can permit. */
    static Predicate<AccessRequest> through(KubernetesClient client, NamespaceScope scope) {
        return request -> {
            SubjectAccessReviewStatus status = scope.isCluster()
                    ? client.authorization()
                            .v1()
                            .subjectAccessReview()
                            .create(request.toReview())
                            .getStatus()
                    : client.authorization()
                            .v1()
                            .localSubjectAccessReview()
                            .inNamespace(request.namespace())
                            .create(request.toLocalReview())
                            .getStatus();
            return status.getAllowed();
        };
    }

    CompletableFuture<Boolean> isAllowed(AccessRequest request) {
        Instant now = clock.instant();
        removeExpired(now);
        return reviews.compute(request, (key, known) -> known != null && known.isFresh(now) ? known : review(key, now))
                .allowed();
    }

    /** At most every few seconds, because it walks all entries. */
    private void removeExpired(Instant now) {
        if (reviews.size() > SWEEP_SIZE && !now.isBefore(nextSweep)) {
            nextSweep = now.plus(SWEEP_INTERVAL);
            reviews.values().removeIf(review -> !review.isFresh(now));
        }
    }

    private CachedReview review(AccessRequest request, Instant now) {
        return new CachedReview(CompletableFuture.supplyAsync(() -> reviewer.test(request), executor), now);
    }

    private record CachedReview(CompletableFuture<Boolean> allowed, Instant requestedAt) {

        boolean isFresh(Instant now) {
            if (!allowed.isDone()) {
                return true;
            }
            boolean granted = !allowed.isCompletedExceptionally() && allowed.join();
            return now.isBefore(requestedAt.plus(granted ? ALLOWED_TTL : DENIED_TTL));
        }
    }

    /** A verb on a resource by a user; an empty namespace means all namespaces. */
    record AccessRequest(String user, String verb, String group, String resource, String namespace) {

        static AccessRequest of(String user, String verb, ApiResource resource, String namespace) {
            return new AccessRequest(user, verb, resource.group(), resource.plural(), namespace);
        }

        /** The API server adds no groups to a review. A ServiceAccount has three, and rights may be granted to them. */
        private static List<String> groups(String user) {
            String[] parts = user.split(":", -1);
            return List.of("system:serviceaccounts", "system:serviceaccounts:" + parts[2], "system:authenticated");
        }

        private SubjectAccessReview toReview() {
            return new SubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withUser(user)
                    .withGroups(groups(user))
                    .withNewResourceAttributes()
                    .withVerb(verb)
                    .withGroup(group)
                    .withResource(resource)
                    .withNamespace(namespace)
                    .endResourceAttributes()
                    .endSpec()
                    .build();
        }

        private LocalSubjectAccessReview toLocalReview() {
            return new LocalSubjectAccessReviewBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .endMetadata()
                    .withSpec(toReview().getSpec())
                    .build();
        }
    }
}
