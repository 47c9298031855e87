package dev.apiserversource.loadtests.truth;

import dev.apiserversource.loadtests.sink.ReceivedEvent;

import java.util.Objects;

/**
 * One change of one object.
 *
 * @param verb add, update or delete
 * @param version the resourceVersion after the change; empty for a delete, because who deletes is not told it
 */
record Step(String verb, String version) {

    static final Step DELETE = new Step("delete", "");

    static Step add(String version) {
        return new Step("add", version);
    }

    static Step update(String version) {
        return new Step("update", version);
    }

    static Step of(ReceivedEvent event) {
        return event.verb().equals(DELETE.verb)
                ? DELETE
                : new Step(event.verb(), Objects.requireNonNullElse(event.resourceVersion(), ""));
    }

    @Override
    public String toString() {
        return verb + version;
    }
}
