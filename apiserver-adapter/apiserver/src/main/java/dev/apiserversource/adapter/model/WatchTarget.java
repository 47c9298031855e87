package dev.apiserversource.adapter.model;

import java.util.Optional;

/**
 * What one stream lists and watches.
 *
 * @param resource the kind of object
 * @param namespace the one namespace to look into; empty for all namespaces and for cluster-scoped kinds
 * @param selector a label selector in string form, applied by the API server; empty for all objects
 * @param fieldSelector a field selector in string form, applied by the API server; empty for all objects
 * @param metadataOnly whether the API server is asked to send only metadata
 */
public record WatchTarget(
        ResourceType resource,
        Optional<String> namespace,
        String selector,
        String fieldSelector,
        boolean metadataOnly) {

    /** Without a field selector. */
    public WatchTarget(ResourceType resource, Optional<String> namespace, String selector, boolean metadataOnly) {
        this(resource, namespace, selector, "", metadataOnly);
    }

    /** The same target, of which only metadata is requested. */
    public WatchTarget metadata() {
        return new WatchTarget(resource, namespace, selector, fieldSelector, true);
    }

    /** A short name for logs and metrics, such as {@code apps/v1/deployments@default}. */
    public String id() {
        return resource.apiVersion() + "/" + resource.plural()
                + namespace.map(n -> "@" + n).orElse("")
                + (selector.isEmpty() ? "" : "[" + selector + "]")
                + (fieldSelector.isEmpty() ? "" : "[fields " + fieldSelector + "]");
    }

    /** Whether a selector applies, so that an object can enter and leave without being created or deleted. */
    public boolean selective() {
        return !selector.isEmpty() || !fieldSelector.isEmpty();
    }
}
