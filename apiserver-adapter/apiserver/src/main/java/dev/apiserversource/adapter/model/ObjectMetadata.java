package dev.apiserversource.adapter.model;

import java.util.Optional;

/**
 * Identifies an object and one state of it.
 *
 * @param apiVersion group and version
 * @param kind the kind
 * @param namespace the namespace, empty for a cluster-scoped object
 * @param name the name
 * @param uid differs when an object is deleted and recreated under the same name
 * @param resourceVersion identifies this state
 * @param controller the owner whose reference has {@code controller: true}
 */
public record ObjectMetadata(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        String uid,
        String resourceVersion,
        Optional<Owner> controller) {

    /**
     * A controlling owner.
     *
     * @param apiVersion group and version of the owner
     * @param kind the owner's kind
     */
    public record Owner(String apiVersion, String kind) {}
}
