package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;

/** The content of an event. */
public enum EventMode {
    /** A reference to the object. */
    REFERENCE("Reference", "dev.knative.apiserver.ref."),
    /** The whole object. */
    RESOURCE("Resource", "dev.knative.apiserver.resource.");

    private final String text;
    private final String add;
    private final String update;
    private final String delete;

    EventMode(String text, String typePrefix) {
        this.text = text;
        this.add = typePrefix + suffix(Change.Kind.ADDED);
        this.update = typePrefix + suffix(Change.Kind.MODIFIED);
        this.delete = typePrefix + suffix(Change.Kind.DELETED);
    }

    /** The value of the field {@code mode}: {@code Reference} or {@code Resource}. */
    public String text() {
        return text;
    }

    /** The CloudEvents type for a kind of change, such as {@code dev.knative.apiserver.ref.add}. */
    public String type(Change.Kind kind) {
        return switch (kind) {
            case ADDED -> add;
            case MODIFIED -> update;
            case DELETED -> delete;
        };
    }

    /** The end of the CloudEvents type, the same in both modes: {@code add}, {@code update} or {@code delete}. */
    public static String suffix(Change.Kind kind) {
        return switch (kind) {
            case ADDED -> "add";
            case MODIFIED -> "update";
            case DELETED -> "delete";
        };
    }
}
