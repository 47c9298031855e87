package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;

/** What an event says of the object. */
public enum EventMode {
    /** Only which object it is. */
    REFERENCE("Reference", "dev.knative.apiserver.ref."),
    /** The object as it is. */
    RESOURCE("Resource", "dev.knative.apiserver.resource.");

    private final String text;
    private final String typePrefix;

    EventMode(String text, String typePrefix) {
        this.text = text;
        this.typePrefix = typePrefix;
    }

    /** The name that users write: {@code Reference} or {@code Resource}. */
    public String text() {
        return text;
    }

    /** The CloudEvents type for a kind of change, such as {@code dev.knative.apiserver.ref.add}. */
    public String type(Change.Kind kind) {
        return typePrefix
                + switch (kind) {
                    case ADDED -> "add";
                    case MODIFIED -> "update";
                    case DELETED -> "delete";
                };
    }
}
