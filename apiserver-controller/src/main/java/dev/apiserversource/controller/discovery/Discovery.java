package dev.apiserversource.controller.discovery;

import java.util.Optional;

/** Maps kinds to resources. */
@FunctionalInterface
public interface Discovery {

    /** The resource of a kind; empty while the API server does not serve it. */
    Optional<ApiResource> find(String apiVersion, String kind);

    /**
     * The resource that a kind had when it was last served, while it is not; a guess if it never was. So an outage of
     * discovery, or of the server of an aggregated API, changes no Deployment.
     */
    default ApiResource lastKnown(String apiVersion, String kind) {
        return ApiResource.guess(apiVersion, kind);
    }

    /** The resource of a kind in the version that its group prefers; empty while the group does not serve the kind. */
    default Optional<ApiResource> findInGroup(String group, String kind) {
        return Optional.empty();
    }
}
