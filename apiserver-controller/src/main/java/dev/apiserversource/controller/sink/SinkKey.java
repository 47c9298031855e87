package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.ObjectRef;

/**
 * An object that is somebody's sink.
 *
 * @param apiVersion its group and version, as the user wrote them
 * @param kind its kind
 * @param namespace its namespace; of an object that lives in none, what a reference to it says, or nothing
 * @param name its name
 */
public record SinkKey(String apiVersion, String kind, String namespace, String name) {

    static SinkKey of(ObjectRef ref, String sourceNamespace) {
        String namespace = ref.namespace() == null || ref.namespace().isEmpty() ? sourceNamespace : ref.namespace();
        return new SinkKey(ref.apiVersion(), ref.kind(), namespace, ref.name());
    }

    /** Whether a reference that came to {@code wish} means this object: one that lives in no namespace is meant from all of them. */
    public boolean isMeantBy(SinkKey wish) {
        return equals(namespace.isEmpty() ? wish.inNoNamespace() : wish);
    }

    private SinkKey inNoNamespace() {
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
