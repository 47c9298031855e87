package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.ObjectMetadata;
import io.vertx.core.Future;

/**
 * Stores the parts of one checkpoint as bytes in ConfigMaps, by name. Futures complete on the event loop, and fail with
 * {@link StoreException}.
 */
public interface ConfigMapStore {

    /** What a write of a ConfigMap found. */
    enum WriteResult {
        /** The version that this process read or wrote last. */
        UPDATED,
        /** None: it was created. */
        CREATED,
        /** A version of another process, which was overwritten. */
        OVERWRITTEN;

        /** Whether another process has changed or deleted the ConfigMap, if it {@code existed} for this one. */
        boolean isOfAnotherProcess(boolean existed) {
            return this == OVERWRITTEN || isDeletion(existed);
        }

        /** Whether the ConfigMap was deleted, if it {@code existed} for this process. */
        boolean isDeletion(boolean existed) {
            return this == CREATED && existed;
        }
    }

    /** The name of the manifest; the names of shards begin with it. */
    String name();

    /** Whether the ConfigMap is a part of this checkpoint. */
    boolean contains(ObjectMetadata configMap);

    /** The bytes; empty when there is no such ConfigMap, or nothing in it. */
    Future<byte[]> read(String part);

    /** Writes the bytes, and creates the ConfigMap if there is none. */
    Future<WriteResult> write(String part, byte[] content);

    /** Identifies the cluster; empty when the right to read the identity is missing. */
    Future<String> cluster();
}
