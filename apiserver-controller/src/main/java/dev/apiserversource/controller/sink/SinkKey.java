package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.ObjectRef;

/**
 * An object that is somebody's sink.
 *
 * @param apiVersion its group and version, as the user wrote them
 * @param kind its kind
 * @param namespace its namespace
 * @param name its name
 */
public record SinkKey(String apiVersion, String kind, String namespace, String name) {

    static SinkKey of(ObjectRef ref, String sourceNamespace) {
        String namespace = ref.namespace() == null || ref.namespace().isEmpty() ? sourceNamespace : ref.namespace();
        return new SinkKey(ref.apiVersion(), ref.kind(), namespace, ref.name());
    }

    boolean isCoreService() {
        return apiVersion.equals("v1") && kind.equals("Service");
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name + " (" + apiVersion + ")";
    }
}
