package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.WatchedResource;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The kinds of a source as resources.
 *
 * @param kinds those of {@code spec.resources}, in that order, each once
 */
record WatchedKinds(List<Kind> kinds) {

    static WatchedKinds of(List<WatchedResource> wanted, Discovery discovery) {
        return new WatchedKinds(wanted.stream()
                .map(resource -> kind(resource, discovery))
                .distinct()
                .toList());
    }

    private static Kind kind(WatchedResource wanted, Discovery discovery) {
        String selector = wanted.selector() == null
                ? ""
                : LabelQuery.of(wanted.selector()).toString();
        Optional<ApiResource> served = discovery.find(wanted.apiVersion(), wanted.kind());
        ApiResource resource = served.orElseGet(() -> ApiResource.guess(wanted.apiVersion(), wanted.kind()));
        return new Kind(resource, selector, served.isPresent());
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

    /** The kinds that the API server does not serve, as people write them; empty when it serves all. */
    String unknown() {
        return kinds.stream()
                .filter(kind -> !kind.served())
                .map(kind -> kind.resource().kind() + " (" + kind.resource().apiVersion() + ")")
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /**
     * One kind to watch.
     *
     * @param resource what it is, or while nobody serves it, probably is
     * @param selector label selector in string form, empty for all
     * @param served whether the API server serves it
     */
    record Kind(ApiResource resource, String selector, boolean served) {}
}
