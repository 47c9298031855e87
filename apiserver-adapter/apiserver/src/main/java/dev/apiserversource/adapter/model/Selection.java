package dev.apiserversource.adapter.model;

import java.util.List;
import java.util.Optional;

/**
 * What one adapter watches.
 *
 * @param resources the resources
 * @param namespaces the namespaces to watch in, unless {@code allNamespaces}
 * @param allNamespaces whether each resource has one watch across the cluster, instead of one per namespace
 * @param metadataOnly whether the data of events needs only metadata
 * @param initialState whether objects that exist at the first start are emitted as added
 * @param data what the data of events leaves out
 */
public record Selection(
        List<RequestedResource> resources,
        List<String> namespaces,
        boolean allNamespaces,
        boolean metadataOnly,
        EmitPolicy initialState,
        DataPolicy data) {

    /** With the defaults for data. */
    public Selection(
            List<RequestedResource> resources,
            List<String> namespaces,
            boolean allNamespaces,
            boolean metadataOnly,
            EmitPolicy initialState) {
        this(resources, namespaces, allNamespaces, metadataOnly, initialState, DataPolicy.DEFAULTS);
    }

    /** How many streams there are at most. */
    public int streams() {
        return resources.size() * (allNamespaces ? 1 : namespaces.size());
    }

    /** The streams of {@code requested}, which discovery has found to be of {@code type}. */
    public List<WatchTarget> targets(RequestedResource requested, ResourceType type) {
        if (allNamespaces || !type.namespaced()) {
            return List.of(target(requested, type, Optional.empty()));
        }
        return namespaces.stream()
                .map(namespace -> target(requested, type, Optional.of(namespace)))
                .toList();
    }

    /** Whether an update has changed spec or status cannot be seen in the metadata. */
    private WatchTarget target(RequestedResource requested, ResourceType type, Optional<String> namespace) {
        boolean metadata = metadataOnly && requested.options().changes().isInMetadata();
        return new WatchTarget(type, namespace, requested.selector(), requested.fieldSelector(), metadata);
    }
}
