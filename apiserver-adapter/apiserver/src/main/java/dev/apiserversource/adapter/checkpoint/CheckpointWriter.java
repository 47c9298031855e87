package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.DirtyObjects;
import dev.apiserversource.adapter.state.StreamSnapshot;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Writes the checkpoint: mostly the manifest alone, with the states of the dirty objects in it. When these are many,
 * they are written once into a segment of the {@link Journal}, and then manifests without them. So manifests stay small
 * and can follow each other quickly. When that has cost as much as the shards would, the shards are written
 * ({@link ShardWriter}), and the journal begins again. So both cost about the same, for an index of any size.
 *
 * <p>A manifest names the generations of the shards and the segments that it needs. While new shards are written,
 * manifests name what was there before and hold all states that are newer. A crash at any point is harmless. Shards and
 * segments hold settled states only. Some are newer than the manifest says, which leads to repeats.
 *
 * <p>When the states of some objects are in none of them, the manifest says that the index is incomplete. The
 * low-water mark is stored all the same: with it nothing is lost as long as the history lasts.
 */
final class CheckpointWriter {

    private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);

    private final ConfigMapStore store;
    private final StreamStates states;
    private final DirtyObjects dirty;
    private final CheckpointMeters meters;
    private final Timers timers;
    private final IntConsumer charge;
    private final WriteSizes sizes;
    private final String cluster;
    private final Journal journal;
    private final ShardWriter shards;
    private final Set<String> streamsInManifest = new HashSet<>();
    private boolean exists;

    /**
     * A writer that continues the checkpoint that was found, or begins a new one if it is none that can be used.
     *
     * @param to where it is written
     * @param found what is stored
     * @param sizes of its parts
     * @param random for the ids of segments, and for the seed of the shards if the stored checkpoint has none
     */
    CheckpointWriter(WriteTarget to, CheckpointLoader.Found found, WriteSizes sizes, long random) {
        this.store = to.store();
        this.states = to.states();
        this.dirty = states.dirtyObjects();
        this.meters = to.meters();
        this.timers = to.timers();
        this.charge = to.charge();
        this.sizes = sizes;
        this.cluster = found.cluster();
        this.journal = new Journal(to, found, sizes, random);
        this.shards = new ShardWriter(to, journal, found, sizes, random);
        if (found instanceof CheckpointLoader.Found.Stored stored) {
            exists = true;
            streamsInManifest.addAll(stored.manifest().streams().keySet());
        }
    }

    /** Whether a later process would resume these streams. */
    boolean hasWritten(Collection<StreamState> streams) {
        return exists && streams.stream().map(StreamState::id).allMatch(streamsInManifest::contains);
    }

    /** Whether there is more to write, although nothing may change any more. */
    boolean hasMore() {
        return dirty.isAll() || shards.isUrgent();
    }

    /** Writes what has changed. A manifest is written even when nothing else can be. */
    Future<Void> write() {
        shards.beginIfDue();
        if (shards.isUrgent()) {
            Future<Void> written = shards.writeAll();
            return written.eventually(this::writeManifest);
        }
        return appendToJournal().eventually(this::writeManifest);
    }

    /** Writes a manifest of no streams, which needs no other part. */
    Future<Void> writeEmpty() {
        Manifest.Parts none = new Manifest.Parts(shards.seed(), List.of(), List.of());
        return write(new Manifest(cluster, timers.now(), none, Map.of(), Set.of()));
    }

    private Future<Void> appendToJournal() {
        if (dirty.size() < sizes.tail() || !journal.hasRoom()) {
            return Future.succeededFuture();
        }
        return journal.append().onSuccess(done -> shards.dirtyObjectsWritten());
    }

    /** Writes nothing but the manifest. */
    void stop() {
        journal.stop();
        shards.stop();
    }

    private Future<Void> writeManifest() {
        if (!shards.exist()) {
            return Future.succeededFuture();
        }
        return write(manifest());
    }

    private Future<Void> write(Manifest manifest) {
        byte[] bytes = CheckpointCodec.encode(manifest);
        if (bytes.length > WriteTarget.MAX_PART_BYTES) {
            bytes = CheckpointCodec.encode(manifest.withoutWindows());
        }
        if (bytes.length > WriteTarget.MAX_PART_BYTES) {
            // So much has changed while the shards were written that they have to be written again.
            dirty.addAll();
            return Future.failedFuture(new StoreException(0, "the manifest is too large: " + bytes.length + " bytes"));
        }
        int length = bytes.length;
        charge.accept(length);
        shards.manifestOf(length);
        return store.write(store.name(), bytes).compose(result -> {
            wroteManifest(manifest, result);
            meters.wrote("manifest", length);
            return Future.succeededFuture();
        });
    }

    private Manifest manifest() {
        boolean all = dirty.isAll() || shards.isWritingAll();
        Map<String, StreamSnapshot> streams = new LinkedHashMap<>();
        Set<String> incomplete = new LinkedHashSet<>();
        for (StreamState stream : states.established()) {
            if (shards.hold(stream)) {
                Set<String> changed = new HashSet<>(shards.beingWritten(stream.id()));
                changed.addAll(dirty.objects().getOrDefault(stream.id(), Set.of()));
                streams.put(stream.id(), stream.snapshot(changed));
                if (all || !stream.isIndexComplete()) {
                    incomplete.add(stream.id());
                }
            }
        }
        Manifest.Parts parts = new Manifest.Parts(shards.seed(), shards.generations(), journal.segments());
        return new Manifest(cluster, timers.now(), parts, streams, incomplete);
    }

    private void wroteManifest(Manifest manifest, ConfigMapStore.WriteResult result) {
        streamsInManifest.clear();
        streamsInManifest.addAll(manifest.streams().keySet());
        journal.manifestStored(manifest.parts().journal());
        if (result.isDeletion(exists)) {
            log.atWarn().addKeyValue("configMap", store.name()).log("checkpoint was deleted, writing all of it again");
        }
        if (result.isOfAnotherProcess(exists)) {
            dirty.addAll();
        }
        exists = true;
    }
}
