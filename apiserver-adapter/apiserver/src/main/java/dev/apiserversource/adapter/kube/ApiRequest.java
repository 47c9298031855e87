package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.frame.kube.ApiObjects;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One GET request to the Kubernetes API. The factories build the requests of a stream, as described in
 * <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API concepts</a>.
 *
 * @param pathAndQuery path and query, appended to the API server's URL
 * @param accept the requested media type
 */
public record ApiRequest(String pathAndQuery, String accept) {

    private static final String WHOLE_OBJECTS = "application/json";
    private static final String METADATA_ONLY = "application/json;as=%s;g=meta.k8s.io;v=v1";

    /** Lists the resources of one group and version. */
    public static ApiRequest discovery(String group, String version) {
        return new ApiRequest(ResourceType.discoveryPath(group, version), WHOLE_OBJECTS);
    }

    /** Requests one page of a list. {@code continueToken} is empty for the first page. */
    public static ApiRequest list(WatchTarget target, int limit, String continueToken) {
        String page = "limit=" + limit + (continueToken.isEmpty() ? "" : "&continue=" + encode(continueToken));
        String pathAndQuery = path(target) + "?" + page + selectors(target);
        return new ApiRequest(pathAndQuery, accept(target, "PartialObjectMetadataList"));
    }

    /** Lists one object of the target, or none: the right to get it may be missing. */
    public static ApiRequest listOne(WatchTarget target, String namespace, String name) {
        String fields = "metadata.name=" + name;
        WatchTarget one = new WatchTarget(
                target.resource(),
                namespace.isEmpty() ? Optional.empty() : Optional.of(namespace),
                target.selector(),
                target.fieldSelector().isEmpty() ? fields : target.fieldSelector() + "," + fields,
                target.metadataOnly());
        return list(one, 1, "");
    }

    /** Opens a watch of the changes after {@code resourceVersion}. */
    public static ApiRequest watch(WatchTarget target, String resourceVersion, long timeoutSeconds) {
        return watch(target, timeoutSeconds, "&resourceVersion=" + encode(resourceVersion));
    }

    /**
     * Opens a streaming list (<a href="https://kep.k8s.io/3157">KEP-3157</a>): all objects, the bookmark that ends
     * them, and then the watch.
     */
    public static ApiRequest streamingList(WatchTarget target, long timeoutSeconds) {
        return watch(target, timeoutSeconds, "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
    }

    private static ApiRequest watch(WatchTarget target, long timeoutSeconds, String start) {
        String query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + timeoutSeconds + start;
        String pathAndQuery = path(target) + query + selectors(target);
        return new ApiRequest(pathAndQuery, accept(target, "PartialObjectMetadata"));
    }

    private static String path(WatchTarget target) {
        ResourceType type = target.resource();
        String inNamespace =
                target.namespace().map(n -> "/namespaces/" + encode(n)).orElse("");
        return ResourceType.discoveryPath(type.group(), type.version()) + inNamespace + "/" + type.plural();
    }

    private static String selectors(WatchTarget target) {
        String fields = target.fieldSelector();
        return labelSelector(target) + (fields.isEmpty() ? "" : "&fieldSelector=" + encode(fields));
    }

    /**
     * The target's label selector, and for ConfigMaps and Leases one that leaves out the checkpoints and Leases of all
     * adapters. Each write of one source would otherwise be a change for every other.
     */
    private static String labelSelector(WatchTarget target) {
        String selector = Stream.of(target.selector(), notOfAdapters(target.resource()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(","));
        return selector.isEmpty() ? "" : "&labelSelector=" + encode(selector);
    }

    private static String notOfAdapters(ResourceType type) {
        boolean configMaps = type.group().isEmpty() && type.plural().equals("configmaps");
        boolean leases =
                type.group().equals("coordination.k8s.io") && type.plural().equals("leases");
        return configMaps || leases ? ApiObjects.MANAGED_BY + "!=" + ApiObjects.MANAGER : "";
    }

    private static String accept(WatchTarget target, String partialKind) {
        return target.metadataOnly() ? METADATA_ONLY.formatted(partialKind) : WHOLE_OBJECTS;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
