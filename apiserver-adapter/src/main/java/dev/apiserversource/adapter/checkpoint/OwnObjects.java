package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.watch.ObjectMetadata;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Knows the ConfigMaps that a checkpoint is kept in. */
final class OwnObjects {

    private final String namespace;
    private final Pattern names;

    /** Those of the checkpoint {@code name} in {@code namespace}. */
    OwnObjects(String namespace, String name) {
        this.namespace = namespace;
        this.names = Layout.names(name);
    }

    /** Finds them among the objects of the stream with that key. */
    Predicate<ObjectMetadata> among(String streamKey) {
        return StreamKeys.isOfConfigMaps(streamKey) ? this::contains : object -> false;
    }

    private boolean contains(ObjectMetadata object) {
        return object.namespace().equals(namespace)
                && names.matcher(object.name()).matches();
    }
}
