package dev.apiserversource.controller.discovery;

import java.util.Optional;

/** Maps kinds to resources. */
@FunctionalInterface
public interface Discovery {

    /** The resource of a kind; empty while the API server does not serve it. */
    Optional<ApiResource> find(String apiVersion, String kind);
}
