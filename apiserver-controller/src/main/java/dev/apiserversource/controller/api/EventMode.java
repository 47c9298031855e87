package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;

import java.util.List;
import java.util.stream.Stream;

/** The content of an event. */
public enum EventMode {
    /** A reference to the object: apiVersion, kind, namespace and name. */
    @JsonProperty("Reference")
    @JsonAlias("Ref")
    REFERENCE("Reference", "ref"),

    /** The whole object. */
    @JsonProperty("Resource")
    RESOURCE("Resource", "resource");

    private final String wireName;
    private final String typeSegment;

    EventMode(String wireName, String typeSegment) {
        this.wireName = wireName;
        this.typeSegment = typeSegment;
    }

    /** The name in manifests and in the adapter's configuration. */
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
