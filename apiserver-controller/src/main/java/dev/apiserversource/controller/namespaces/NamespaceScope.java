package dev.apiserversource.controller.namespaces;

import java.util.Set;

/**
 * The namespaces that the controller has permissions in.
 *
 * @param names their names; empty for the whole cluster
 */
public record NamespaceScope(Set<String> names) {

    /** The whole cluster, with its cluster-scoped objects. */
    public static final NamespaceScope CLUSTER = new NamespaceScope(Set.of());

    /** Copies the names. */
    public NamespaceScope {
        names = Set.copyOf(names);
    }

    /** Whether cluster-scoped objects and all namespaces can be read. */
    public boolean isCluster() {
        return names.isEmpty();
    }

    /** Whether objects in {@code namespace} can be read; an empty name stands for a cluster-scoped object. */
    public boolean contains(String namespace) {
        return isCluster() || names.contains(namespace);
    }
}
