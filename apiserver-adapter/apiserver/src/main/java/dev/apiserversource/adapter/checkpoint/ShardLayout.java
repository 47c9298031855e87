package dev.apiserversource.adapter.checkpoint;

import java.util.regex.Pattern;

/**
 * How the index is spread over shards, and what their ConfigMaps are called.
 *
 * @param shards 1, 4, 16 or 64
 */
record ShardLayout(int shards) {

    private static final int MAX_SHARDS = 64;

    /**
     * A packed state compresses to about 50 bytes, so a shard stays at a tenth of what a ConfigMap may hold (1 MiB).
     */
    private static final int OBJECTS_PER_SHARD = 2_000;

    private static final Pattern SHARD_SUFFIX = Pattern.compile("-(1|4|16|64)-[0-9]{1,2}");

    static ShardLayout forObjects(int objects) {
        int shards = 1;
        while (shards < MAX_SHARDS && objects > shards * OBJECTS_PER_SHARD) {
            shards *= 4;
        }
        return new ShardLayout(shards);
    }

    /** The shard of an object; the same in every process, because the hash of a String is specified. */
    int shardOf(String stream, String object) {
        int hash = (31 * stream.hashCode() + object.hashCode()) * 0x9E3779B9;
        return (hash ^ hash >>> 16) & shards - 1;
    }

    /** The name of a shard's ConfigMap. */
    String name(String manifest, int shard) {
        return manifest + "-" + shards + "-" + shard;
    }

    /** Whether a ConfigMap of that name may be the manifest or a shard of the checkpoint {@code manifest}. */
    static boolean isPartOf(String manifest, String name) {
        return name.startsWith(manifest)
                && (name.length() == manifest.length()
                        || SHARD_SUFFIX
                                .matcher(name.substring(manifest.length()))
                                .matches());
    }
}
