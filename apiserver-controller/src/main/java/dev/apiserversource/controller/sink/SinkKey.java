package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.Destination.ObjectRef;
import dev.apiserversource.controller.discovery.ApiResource;

import java.util.Locale;

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

    /** Equal for all versions of the object's group, and for all spellings of its kind. */
    String indexKey() {
        return String.join("/", groupKind(), namespace, name);
    }

    /** Equal for all objects of a kind, in all versions and spellings. */
    String groupKind() {
        return groupKind(ApiResource.groupOf(apiVersion), kind);
    }

    static String groupKind(String group, String kind) {
        return group + "/" + kind.toLowerCase(Locale.ROOT);
    }

    boolean isCoreService() {
        return apiVersion.equals("v1") && kind.equalsIgnoreCase("Service");
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name + " (" + apiVersion + ")";
    }
}
