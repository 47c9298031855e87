package dev.apiserversource.adapter.checkpoint;

/**
 * Which part of a checkpoint takes the states of dirty objects, by their number and cost.
 *
 * @param tail the manifest holds fewer dirty objects than these, as long as there is room in the journal
 * @param segments how many the journal may have
 * @param bytesPerObject the assumed size of a state
 * @param minManifestBytes below this cost of manifests it is not worth to write shards
 */
record WriteSizes(int tail, int segments, int bytesPerObject, int minManifestBytes) {

    /**
     * Compressed, a state is 43 bytes, mostly uid and the random end of a name. So a manifest has 22 KB at most, which
     * is written every 22 s.
     */
    static final WriteSizes DEFAULT = new WriteSizes(512, ShardLayout.MAX_SEGMENTS, 43, 16 * 1024);
}
