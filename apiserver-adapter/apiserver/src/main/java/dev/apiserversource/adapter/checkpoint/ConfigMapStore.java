package dev.apiserversource.adapter.checkpoint;

import io.vertx.core.Future;

/** Keeps byte strings in ConfigMaps of one namespace, by name. Futures complete on the event loop, and fail with {@link StoreException}. */
interface ConfigMapStore {

    /** The bytes; empty when there is no such ConfigMap, or nothing in it. */
    Future<byte[]> read(String name);

    /** Writes the bytes, and the ConfigMap where there is none; answers whether there was none. */
    Future<Boolean> write(String name, byte[] content);

    /** What tells this cluster from all others; empty when we may not know. */
    Future<String> cluster();
}
