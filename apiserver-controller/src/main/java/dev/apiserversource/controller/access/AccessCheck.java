package dev.apiserversource.controller.access;

import dev.apiserversource.controller.access.AccessReviews.AccessRequest;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks whether a ServiceAccount may list and watch resources. */
public final class AccessCheck {

    private static final List<String> REQUIRED_VERBS = List.of("list", "watch");

    /** Knative's message names {@code get} too, although only list and watch are required. */
    private static final List<String> REPORTED_VERBS = List.of("get", "list", "watch");

    private static final String ALL_NAMESPACES = "";
    private static final int MAX_REPORTED = 10;

    /** Scopes whose reviews are sent at once. */
    private static final int BATCH = 8;

    private final AccessReviews reviews;
    private final NamespaceScope scope;

    AccessCheck(AccessReviews reviews, NamespaceScope scope) {
        this.reviews = reviews;
        this.scope = scope;
    }

    /**
     * Sends reviews through {@code client} on {@code executor}, whose size limits concurrent reviews.
     *
     * @param scope where the controller may send reviews about
     */
    public AccessCheck(KubernetesClient client, Executor executor, Clock clock, NamespaceScope scope) {
        this(new AccessReviews(AccessReviews.through(client, scope), executor, clock), scope);
    }

    /** The namespaces that the controller has permissions in. */
    public NamespaceScope scope() {
        return scope;
    }

    /** The user name of a ServiceAccount. */
    public static String user(String namespace, String serviceAccount) {
        return "system:serviceaccount:" + namespace + ":" + serviceAccount;
    }

    /**
     * A message that names the missing permissions; empty when nothing is missing.
     *
     * @param namespaces where namespaced resources are watched; one empty name means all namespaces
     * @throws java.util.concurrent.CompletionException when the API server cannot be asked
     */
    public Optional<String> missing(String user, List<ApiResource> resources, List<String> namespaces) {
        Optional<ApiResource> unknown = resources.stream()
                .filter(resource -> !resource.namespaced() && !scope.isCluster())
                .findFirst();
        if (unknown.isPresent()) {
            return Optional.of(
                    unknown.get().qualifiedName() + " has no namespace, and the controller has CLUSTER_ACCESS=false:"
                            + " remove the kind from spec.resources");
        }
        List<Scope> denied = denied(
                user,
                resources.stream().map(resource -> scopes(resource, namespaces)).toList());
        return denied.isEmpty() ? Optional.empty() : Optional.of("User " + user + " cannot " + describe(user, denied));
    }

    private static List<Scope> scopes(ApiResource resource, List<String> namespaces) {
        List<String> names = resource.namespaced() ? namespaces : List.of(ALL_NAMESPACES);
        return names.stream().map(namespace -> new Scope(resource, namespace)).toList();
    }

    /** Asks for all namespaces at once first: one grant then answers for many namespaces. */
    private List<Scope> denied(String user, List<List<Scope>> byResource) {
        List<Scope> clusterWide = byResource.stream()
                .filter(scopes -> scopes.size() > 1)
                .map(scopes -> new Scope(scopes.get(0).resource(), ALL_NAMESPACES))
                .toList();
        Map<Scope, Boolean> allowedClusterWide = review(user, clusterWide);
        List<Scope> remaining = byResource.stream()
                .flatMap(List::stream)
                .filter(scope -> !allowedClusterWide.getOrDefault(new Scope(scope.resource(), ALL_NAMESPACES), false))
                .toList();
        return firstDenied(user, remaining);
    }

    /** Stops once as many are denied as a message names: one source may have thousands of scopes. */
    private List<Scope> firstDenied(String user, List<Scope> scopes) {
        List<Scope> denied = new ArrayList<>();
        for (int from = 0; from < scopes.size() && denied.size() <= MAX_REPORTED; from += BATCH) {
            List<Scope> batch = scopes.subList(from, Math.min(scopes.size(), from + BATCH));
            Map<Scope, Boolean> allowed = review(user, batch);
            batch.stream().filter(scope -> !allowed.getOrDefault(scope, false)).forEach(denied::add);
        }
        return denied;
    }

    /** Starts all reviews before it waits for the first. */
    private Map<Scope, Boolean> review(String user, List<Scope> scopes) {
        Map<Scope, List<CompletableFuture<Boolean>>> pending = scopes.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        scope -> REQUIRED_VERBS.stream()
                                .map(verb -> isAllowed(user, verb, scope))
                                .toList(),
                        (first, same) -> first,
                        LinkedHashMap::new));
        return pending.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().stream().allMatch(CompletableFuture::join)));
    }

    private CompletableFuture<Boolean> isAllowed(String user, String verb, Scope scope) {
        return reviews.isAllowed(AccessRequest.of(user, verb, scope.resource(), scope.namespace()));
    }

    private String describe(String user, List<Scope> denied) {
        List<String> described = new ArrayList<>(denied.stream()
                .limit(MAX_REPORTED)
                .map(scope -> missingVerbs(user, scope) + " " + scope)
                .toList());
        if (denied.size() > MAX_REPORTED) {
            described.add("and more");
        }
        return String.join(", ", described);
    }

    private String missingVerbs(String user, Scope scope) {
        return REPORTED_VERBS.stream()
                .filter(verb -> !isAllowed(user, verb, scope).join())
                .collect(Collectors.joining(", "));
    }

    /** A resource in one namespace, or in all. */
    private record Scope(ApiResource resource, String namespace) {

        @Override
        public String toString() {
            return "resource \"" + resource.plural() + "\" in API group \"" + resource.group() + "\" in Namespace \""
                    + namespace + "\"";
        }
    }
}
