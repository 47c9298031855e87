package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.ObjectMetadata;

import java.util.function.Predicate;

/**
 * Accepts objects whose controlling owner is of a given kind.
 *
 * @param apiVersion of the owner; empty for any
 * @param kind of the owner; empty for any
 */
public record OwnerFilter(String apiVersion, String kind) implements Predicate<ObjectMetadata> {

    @Override
    public boolean test(ObjectMetadata object) {
        return object.controller().filter(this::matches).isPresent();
    }

    private boolean matches(ObjectMetadata.Owner owner) {
        return (apiVersion.isEmpty() || apiVersion.equals(owner.apiVersion()))
                && (kind.isEmpty() || kind.equals(owner.kind()));
    }
}
