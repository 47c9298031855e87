package dev.apiserversource.adapter.model;

import java.util.List;
import java.util.Optional;

/**
 * What one adapter watches.
 *
 * @param resources the resources
 * @param namespaces the namespaces to watch in, unless {@code allNamespaces}
 * @param allNamespaces whether each resource has one watch across the cluster, instead of one per namespace
 * @param metadataOnly whether only metadata is needed
 * @param initialState whether objects that exist at the first start are emitted as added
 */
public record Selection(
        List<RequestedResource> resources,
        List<String> namespaces,
        boolean allNamespaces,
        boolean metadataOnly,
        EmitPolicy initialState) {

    /** How many streams there are at most. */
    public int streams() {
        return resources.size() * (allNamespaces ? 1 : namespaces.size());
    }

    /** The streams of {@code requested}, which discovery has found to be of {@code type}. */
    public List<WatchTarget> targets(RequestedResource requested, ResourceType type) {
        if (allNamespaces || !type.namespaced()) {
            return List.of(new WatchTarget(type, Optional.empty(), requested.selector(), metadataOnly));
        }
        return namespaces.stream()
                .map(n -> new WatchTarget(type, Optional.of(n), requested.selector(), metadataOnly))
                .toList();
    }
}
