package dev.apiserversource.adapter.watch;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What one stream lists and watches.
 *
 * @param resource the kind of object
 * @param namespace the one namespace to look into; empty for all namespaces and for cluster-scoped kinds
 * @param selector a label selector in string form, applied by the API server; empty for all objects
 * @param metadataOnly whether the API server is asked to send only metadata
 */
public record Target(ResourceType resource, Optional<String> namespace, String selector, boolean metadataOnly) {

    private static final String WHOLE = "application/json";
    private static final String METADATA = "application/json;as=%s;g=meta.k8s.io;v=v1";

    /** A short name for logs and metrics, such as {@code apps/v1/deployments@default}. */
    public String id() {
        return resource.apiVersion() + "/" + resource.plural()
                + namespace.map(n -> "@" + n).orElse("") + (selector.isEmpty() ? "" : "[" + selector + "]");
    }

    /** Whether a label selector decides which objects are seen, so that an object can come and go without being created or deleted. */
    public boolean selective() {
        return !selector.isEmpty();
    }

    ApiRequest list(int limit, String continueToken) {
        String page = "limit=" + limit + (continueToken.isEmpty() ? "" : "&continue=" + encode(continueToken));
        return new ApiRequest(path() + "?" + page + labelSelector(), accept("PartialObjectMetadataList"));
    }

    ApiRequest watch(String resourceVersion, long timeoutSeconds) {
        return watchWith("&resourceVersion=" + encode(resourceVersion), timeoutSeconds);
    }

    /** The streaming list of <a href="https://kep.k8s.io/3157">KEP-3157</a>: all objects, a bookmark that ends them, and then the watch. */
    ApiRequest streamingList(long timeoutSeconds) {
        return watchWith("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", timeoutSeconds);
    }

    private ApiRequest watchWith(String start, long timeoutSeconds) {
        String query =
                "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + timeoutSeconds + start + labelSelector();
        return new ApiRequest(path() + query, accept("PartialObjectMetadata"));
    }

    private String path() {
        String inNamespace = namespace.map(n -> "/namespaces/" + encode(n)).orElse("");
        return ResourceType.discoveryPath(resource.group(), resource.version()) + inNamespace + "/" + resource.plural();
    }

    private String labelSelector() {
        return selector.isEmpty() ? "" : "&labelSelector=" + encode(selector);
    }

    private String accept(String partialKind) {
        return metadataOnly ? METADATA.formatted(partialKind) : WHOLE;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
