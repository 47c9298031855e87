package dev.apiserversource.controller.discovery;

import java.util.Optional;

/** Knows which resource a kind is. */
@FunctionalInterface
public interface Discovery {

    /** The resource of a kind, empty while the API server does not serve it. */
    Optional<ApiResource> find(String apiVersion, String kind);
}
