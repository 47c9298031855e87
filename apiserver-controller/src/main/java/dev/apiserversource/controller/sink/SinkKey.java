package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.Destination.ObjectRef;

/**
 * Identifies an object that is a sink.
 *
 * @param apiVersion its group and version, as the reference has them
 * @param kind its kind
 * @param namespace its namespace; empty for a cluster-scoped object
 * @param name its name
 */
public record SinkKey(String apiVersion, String kind, String namespace, String name) {

    static SinkKey of(ObjectRef ref, String sourceNamespace) {
        String namespace = ref.namespace() == null || ref.namespace().isEmpty() ? sourceNamespace : ref.namespace();
        return new SinkKey(ref.apiVersion(), ref.kind(), namespace, ref.name());
    }

    /** The same object if its kind is cluster-scoped: the namespace of the reference is ignored then. */
    SinkKey withoutNamespace() {
        return new SinkKey(apiVersion, kind, "", name);
    }

    boolean isCoreService() {
        return apiVersion.equals("v1") && kind.equals("Service");
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name + " (" + apiVersion + ")";
    }
}
