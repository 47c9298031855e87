package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceSpec.ChangedPart;
import dev.apiserversource.controller.api.ApiServerSourceSpec.PreviousPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.WatchedResource;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.namespaces.LabelMatcher;
import dev.apiserversource.controller.status.ConditionValue;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The kinds of a source, resolved to resources by discovery.
 *
 * @param kinds those of {@code spec.resources} in that order, without duplicates
 */
record WatchedKinds(List<Kind> kinds) {

    static WatchedKinds of(List<WatchedResource> resources, Discovery discovery) {
        return new WatchedKinds(resources.stream()
                .map(resource -> kind(resource, discovery))
                .distinct()
                .toList());
    }

    private static Kind kind(WatchedResource watched, Discovery discovery) {
        String selector = watched.selector() == null
                ? ""
                : LabelMatcher.of(watched.selector()).toString();
        Optional<ApiResource> served = discovery.find(watched.apiVersion(), watched.kind());
        ApiResource resource = served.orElseGet(() -> discovery.lastKnown(watched.apiVersion(), watched.kind()));
        return new Kind(
                resource,
                selector,
                watched.fieldSelector(),
                watched.changes(),
                watched.redactPaths(),
                watched.previous(),
                served.isPresent());
    }

    boolean anyClusterScoped() {
        return kinds.stream().anyMatch(kind -> !kind.resource().namespaced());
    }

    List<ApiResource> served() {
        return kinds.stream()
                .filter(Kind::served)
                .map(Kind::resource)
                .distinct()
                .toList();
    }

    /** True when the API server serves all kinds, otherwise Unknown: the adapter picks a kind up once it is served. */
    ConditionValue allServed() {
        String missing = kinds.stream()
                .filter(kind -> !kind.served())
                .map(kind -> kind.resource().kind() + " (" + kind.resource().apiVersion() + ")")
                .distinct()
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? ConditionValue.TRUE
                : ConditionValue.ofUnknown(
                        "KindNotFound",
                        "the API server serves no kind " + missing
                                + ": install its CRD, or correct spec.resources; it is watched once it is served");
    }

    /**
     * One kind to watch.
     *
     * @param resource the resource; while the kind is not served, what it last was, or a guess
     * @param selector label selector in string form, empty for all
     * @param fieldSelector field selector; null for all
     * @param changes the part that an update must change; null for any
     * @param redactPaths JSON pointers to values that are replaced; null for none
     * @param previous whether updates have the previous state; null if not
     * @param served whether the API server serves it
     */
    record Kind(
            ApiResource resource,
            String selector,
            @Nullable String fieldSelector,
            @Nullable ChangedPart changes,
            @Nullable List<String> redactPaths,
            @Nullable PreviousPolicy previous,
            boolean served) {}
}
