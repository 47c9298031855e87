package dev.apiserversource.adapter.model;

import java.util.List;
import java.util.Optional;

/**
 * All that one adapter watches.
 *
 * @param resources the resources
 * @param namespaces the namespaces to look into, when not all
 * @param allNamespaces one watch across the cluster for each resource, instead of one for each namespace
 * @param metadataOnly whether only metadata is needed
 * @param existing whether objects that exist when the source starts for the first time come out as added
 */
public record Selection(
        List<RequestedResource> resources,
        List<String> namespaces,
        boolean allNamespaces,
        boolean metadataOnly,
        boolean existing) {

    /** A selection that says nothing of what exists already. */
    public Selection(
            List<RequestedResource> resources, List<String> namespaces, boolean allNamespaces, boolean metadataOnly) {
        this(resources, namespaces, allNamespaces, metadataOnly, false);
    }

    public List<WatchTarget> targets(RequestedResource requested, ResourceType type) {
        if (allNamespaces || !type.namespaced()) {
            return List.of(new WatchTarget(type, Optional.empty(), requested.selector(), metadataOnly));
        }
        return namespaces.stream()
                .map(n -> new WatchTarget(type, Optional.of(n), requested.selector(), metadataOnly))
                .toList();
    }
}
