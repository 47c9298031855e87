package dev.apiserversource.adapter.checkpoint;

import java.util.regex.Pattern;

/**
 * How an index is spread over shards.
 *
 * @param shards 1, 4, 16 or 64
 */
record ShardLayout(int shards) {

    static final int MOST_SHARDS = 64;

    /** Keeps a shard of ordinary objects, packed about 50 bytes each, at a tenth of what a ConfigMap may hold. */
    private static final int OBJECTS_PER_SHARD = 2_000;

    static ShardLayout forObjects(int objects) {
        int shards = 1;
        while (shards < MOST_SHARDS && objects > shards * OBJECTS_PER_SHARD) {
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
    String name(String main, int shard) {
        return main + "-" + shards + "-" + shard;
    }

    /** Matches the names of all ConfigMaps that the checkpoint {@code main} may be kept in. */
    static Pattern names(String main) {
        return Pattern.compile(Pattern.quote(main) + "(-(1|4|16|64)-[0-9]{1,2})?");
    }
}
