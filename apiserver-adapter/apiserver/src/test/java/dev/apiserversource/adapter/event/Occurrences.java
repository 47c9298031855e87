package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Changes for tests. */
final class Occurrences {

    static final ObjectMetadata OX = new ObjectMetadata(
            "zoo.example/v1", "Ox", "ns", "olga", "6b29fc40-ca47-1067-b31d-00dd010662da", "12", Optional.empty());
    static final ObjectMetadata NODE = new ObjectMetadata("v1", "Node", "", "n1", "u-1", "7", Optional.empty());
    static final String JSON = "{ \"kind\":\"Ox\",\"apiVersion\":\"zoo.example/v1\", \"metadata\":{\"name\":\"olga\","
            + "\"managedFields\":[{\"x\":\"☁️\"}]}}";

    private static final ResourceType OXEN = new ResourceType("zoo.example", "v1", "oxen", "Ox", true);
    private static final ResourceType NODES = new ResourceType("", "v1", "nodes", "Node", false);

    static final Gap GAP = new Gap("gone", "100", "250", 1, 2, 3);

    private Occurrences() {}

    /** The stream of oxen in a namespace, empty for all. */
    static WatchTarget oxen(String namespace, String selector) {
        return new WatchTarget(OXEN, Optional.of(namespace).filter(n -> !n.isEmpty()), selector, false);
    }

    static WatchTarget nodes() {
        return new WatchTarget(NODES, Optional.empty(), "", false);
    }

    static Change ofOx(Change.Kind kind) {
        return ofOx(kind, OX, "");
    }

    static Change ofOx(Change.Kind kind, ObjectMetadata object, String selector) {
        WatchTarget target = new WatchTarget(OXEN, Optional.of("ns"), selector, false);
        return new Change(
                kind, target, object, JSON.getBytes(StandardCharsets.UTF_8), false, Optional.empty(), Optional.empty());
    }

    static Change ofNode(Change.Kind kind) {
        WatchTarget target = new WatchTarget(NODES, Optional.empty(), "", false);
        return new Change(kind, target, NODE, false, Optional.empty());
    }

    /** The deletion of the object, found by comparing. */
    static Change derived(Change change) {
        return new Change(Change.Kind.DELETED, change.target(), change.object(), true, Optional.empty());
    }

    static ObjectMetadata at(String resourceVersion) {
        return new ObjectMetadata("zoo.example/v1", "Ox", "ns", "olga", OX.uid(), resourceVersion, Optional.empty());
    }
}
