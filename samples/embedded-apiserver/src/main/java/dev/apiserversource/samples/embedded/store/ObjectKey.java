package dev.apiserversource.samples.embedded.store;

import java.util.Comparator;

/** Namespace (empty for cluster scope) and name of an object; ordered as lists are. */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    private static final Comparator<ObjectKey> ORDER =
            Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }
}
