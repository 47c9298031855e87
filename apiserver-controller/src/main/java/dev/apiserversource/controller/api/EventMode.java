package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.util.List;
import java.util.stream.Stream;

/** The content of an event. */
public enum EventMode {
    /** A reference to the object: apiVersion, kind, namespace and name. */
    REFERENCE("Reference", "ref"),

    /** The whole object. */
    RESOURCE("Resource", "resource");

    private final String wireName;
    private final String typeSegment;

    EventMode(String wireName, String typeSegment) {
        this.wireName = wireName;
        this.typeSegment = typeSegment;
    }

    /**
     * The mode with this name. An empty name is the default, as in Knative; legacy sources say {@code Ref}.
     *
     * @throws IllegalArgumentException for any other name
     */
    @JsonCreator
    static EventMode of(String name) {
        return switch (name) {
            case "", "Reference", "Ref" -> REFERENCE;
            case "Resource" -> RESOURCE;
            default -> throw new IllegalArgumentException("\"" + name + "\" is no mode: use Reference or Resource");
        };
    }

    /** The name in manifests and in the adapter's configuration. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** The three CloudEvent types that this mode emits. */
    public List<String> eventTypes() {
        return Stream.of("add", "delete", "update")
                .map(verb -> "dev.knative.apiserver." + typeSegment + "." + verb)
                .toList();
    }
}
