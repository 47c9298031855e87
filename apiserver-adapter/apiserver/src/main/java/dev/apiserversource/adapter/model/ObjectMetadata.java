package dev.apiserversource.adapter.model;

import java.util.Optional;

/**
 * What identifies an object and one state of it.
 *
 * @param apiVersion group and version
 * @param kind the kind
 * @param namespace the namespace, empty for a cluster-scoped object
 * @param name the name
 * @param uid tells two objects of the same name apart that lived one after the other
 * @param resourceVersion opaque text that identifies this state
 * @param controller the owner whose reference is marked as the controlling one
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
