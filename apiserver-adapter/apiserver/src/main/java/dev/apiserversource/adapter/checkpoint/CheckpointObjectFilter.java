package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.ObjectMetadata;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Knows the ConfigMaps that a checkpoint is kept in. */
final class CheckpointObjectFilter {

    private final String namespace;
    private final Pattern names;

    /** Those of the checkpoint {@code name} in {@code namespace}. */
    CheckpointObjectFilter(String namespace, String name) {
        this.namespace = namespace;
        this.names = ShardLayout.names(name);
    }

    /** Finds them among the objects of the stream with that key. */
    Predicate<ObjectMetadata> among(String streamKey) {
        return StreamId.isOfConfigMaps(streamKey) ? this::contains : object -> false;
    }

    private boolean contains(ObjectMetadata object) {
        return object.namespace().equals(namespace)
                && names.matcher(object.name()).matches();
    }
}
