package dev.apiserversource.adapter.checkpoint;

import java.util.regex.Pattern;

/**
 * How the index is spread over shards, and what the ConfigMaps of shards and segments are called.
 *
 * @param shards 1, 4 or 16; up to format version 2 also 64
 */
record ShardLayout(int shards) {

    static final int MAX_SHARDS = 16;

    /** As many as the journal of a checkpoint may have. */
    static final int MAX_SEGMENTS = 16;

    /** A packed state compresses to about 43 bytes, so a shard stays at a third of its limit until there are 16. */
    private static final int OBJECTS_PER_SHARD = 8_000;

    private static final Pattern PART_SUFFIX = Pattern.compile("-(1|4|16|64|journal)-[0-9]{1,2}");

    static ShardLayout forObjects(int objects) {
        ShardLayout layout = new ShardLayout(1);
        while (layout.shards < MAX_SHARDS && objects > layout.shards * OBJECTS_PER_SHARD) {
            layout = layout.next();
        }
        return layout;
    }

    /** The next larger layout. */
    ShardLayout next() {
        return new ShardLayout(shards * 4);
    }

    /** The next smaller layout, at least one shard. */
    ShardLayout previous() {
        return new ShardLayout(Math.max(1, shards / 4));
    }

    /** The shard of an object, by the hashes of its stream and of its key. */
    int shardOf(int stream, int object) {
        int hash = (31 * stream + object) * 0x9E3779B9;
        return (hash ^ hash >>> 16) & shards - 1;
    }

    /** The name of a shard's ConfigMap. */
    String name(String manifest, int shard) {
        return manifest + "-" + shards + "-" + shard;
    }

    /** The name of a segment's ConfigMap. */
    static String segmentName(String manifest, int number) {
        return manifest + "-journal-" + number;
    }

    /**
     * Whether a ConfigMap of that name may be the manifest, a shard or a segment of the checkpoint {@code manifest}.
     */
    static boolean isPartOf(String manifest, String name) {
        return name.startsWith(manifest)
                && (name.length() == manifest.length()
                        || PART_SUFFIX
                                .matcher(name.substring(manifest.length()))
                                .matches());
    }
}
