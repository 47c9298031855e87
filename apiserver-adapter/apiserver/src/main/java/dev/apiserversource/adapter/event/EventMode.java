package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The content of an event. */
public enum EventMode {
    /** A reference to the object. */
    REFERENCE("Reference", "dev.knative.apiserver.ref."),
    /** The whole object. */
    RESOURCE("Resource", "dev.knative.apiserver.resource.");

    private final String text;
    private final Map<Change.Kind, String> types = new EnumMap<>(Change.Kind.class);

    EventMode(String text, String typePrefix) {
        this.text = text;
        for (Change.Kind kind : Change.Kind.values()) {
            types.put(kind, typePrefix + suffix(kind));
        }
    }

    /** The value of the field {@code mode}: {@code Reference} or {@code Resource}. */
    public String text() {
        return text;
    }

    /** The CloudEvents type for a kind of change, such as {@code dev.knative.apiserver.ref.add}. */
    public String type(Change.Kind kind) {
        return Objects.requireNonNull(types.get(kind));
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
