package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.state.DirtyObjects;
import dev.apiserversource.adapter.state.StreamSnapshot;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the checkpoint: mostly the manifest alone, with the states of the dirty objects in it. When these are many,
 * first the shards that hold them, and then the manifest without them.
 *
 * <p>A crash between the two is harmless. Shards hold settled states only. Some are newer than the older manifest
 * says, which leads to repeats. A shard that is older than the manifest, by its generation, makes a checkpoint
 * unusable.
 */
final class CheckpointWriter {

    /** A ConfigMap may hold 1 MiB. */
    private static final int MAX_MANIFEST_BYTES = 1_000_000;

    /** With more dirty objects, the shards are written. */
    private static final int MAX_DIRTY_IN_MANIFEST = 4_096;

    private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);

    private final ConfigMapStore store;
    private final StreamStates states;
    private final DirtyObjects dirty;
    private final CheckpointMeters meters;
    private final String cluster;

    // What is stored, as far as this process has read or written it. Changes in wroteShards and wroteManifest only.
    private final Set<String> streamsInShards = new HashSet<>();
    private final Set<String> streamsInManifest = new HashSet<>();
    private List<Integer> generations = List.of();
    private boolean exists;

    /** The highest that a shard may have; one that was written in part has used it up. */
    private int generation;

    /** A writer that continues the checkpoint that was found, or begins a new one if it is none that can be used. */
    CheckpointWriter(ConfigMapStore store, StreamStates states, CheckpointMeters meters, CheckpointLoader.Found found) {
        this.store = store;
        this.states = states;
        this.dirty = states.dirtyObjects();
        this.meters = meters;
        this.cluster = found.cluster();
        if (found instanceof CheckpointLoader.Found.Stored stored) {
            exists = true;
            generations = stored.manifest().generations();
            generation = stored.shards().stream()
                    .mapToInt(Manifest.Shard::generation)
                    .max()
                    .orElse(0);
            streamsInShards.addAll(stored.manifest().streams().keySet());
            streamsInManifest.addAll(stored.manifest().streams().keySet());
        }
    }

    /** Whether a later process would resume these streams. */
    boolean hasWritten(Collection<StreamState> streams) {
        return exists && streams.stream().map(StreamState::id).allMatch(streamsInManifest::contains);
    }

    /** Writes what has changed; returns how many bytes that took. */
    Future<Integer> write() {
        if (dirty.isAll() || generations.isEmpty() || dirty.size() > MAX_DIRTY_IN_MANIFEST) {
            return writeShards().compose(shards -> writeManifest().map(manifest -> manifest + shards));
        }
        return writeManifest();
    }

    private Future<Integer> writeManifest() {
        Manifest manifest = manifest();
        byte[] bytes = CheckpointCodec.encode(manifest);
        if (bytes.length > MAX_MANIFEST_BYTES) {
            bytes = CheckpointCodec.encode(manifest.withoutWindows());
        }
        if (bytes.length > MAX_MANIFEST_BYTES) {
            // So much has changed while the shards were written that they have to be written again.
            dirty.addAll();
            return Future.failedFuture(new StoreException(0, "the manifest is too large"));
        }
        int length = bytes.length;
        return store.write(store.name(), bytes).map(created -> {
            wroteManifest(manifest.streams().keySet(), created);
            meters.wrote("manifest", length);
            return length;
        });
    }

    private Manifest manifest() {
        Map<String, StreamSnapshot> streams = new LinkedHashMap<>();
        for (StreamState stream : established()) {
            if (streamsInShards.contains(stream.id())) {
                Set<String> changed = dirty.objects().getOrDefault(stream.id(), Set.of());
                streams.put(stream.id(), stream.snapshot(changed));
            }
        }
        return new Manifest(cluster, generations, streams);
    }

    private void wroteManifest(Set<String> streams, boolean created) {
        streamsInManifest.clear();
        streamsInManifest.addAll(streams);
        if (created && exists) {
            log.atWarn().addKeyValue("configMap", store.name()).log("checkpoint was deleted, writing all of it again");
            dirty.addAll();
        }
        exists = true;
    }

    private Future<Integer> writeShards() {
        ShardLayout layout = layout();
        boolean sameLayout = layout.shards() == generations.size();
        DirtyObjects.Content content = dirty.take();
        List<StreamState> streams = established();
        Set<String> ids = streams.stream().map(StreamState::id).collect(Collectors.toSet());
        generation++;
        int written = generation;
        Collection<Integer> numbers = sameLayout && !content.all() ? dirtyShards(layout, content) : allShards(layout);
        return writeEach(layout, fill(layout, numbers, streams))
                .onFailure(failure -> dirty.putBack(sameLayout ? content : new DirtyObjects.Content(true, Map.of())))
                .onSuccess(bytes -> wroteShards(layout, numbers, written, ids));
    }

    private void wroteShards(ShardLayout layout, Collection<Integer> numbers, int written, Set<String> streams) {
        streamsInShards.clear();
        streamsInShards.addAll(streams);
        List<Integer> now = new ArrayList<>(generations.size() == layout.shards() ? generations : allShards(layout));
        numbers.forEach(number -> now.set(number, written));
        generations = List.copyOf(now);
    }

    private List<StreamState> established() {
        return states.all().stream().filter(StreamState::isEstablished).toList();
    }

    /** Grows with the index and never shrinks, so that an index near a limit does not switch to and fro. */
    private ShardLayout layout() {
        ShardLayout needed = ShardLayout.forObjects(states.indexedObjects());
        return new ShardLayout(Math.max(needed.shards(), generations.size()));
    }

    private static List<Integer> allShards(ShardLayout layout) {
        return IntStream.range(0, layout.shards()).boxed().toList();
    }

    private static Set<Integer> dirtyShards(ShardLayout layout, DirtyObjects.Content content) {
        Set<Integer> shards = new HashSet<>();
        content.objects()
                .forEach((stream, objects) -> objects.forEach(object -> shards.add(layout.shardOf(stream, object))));
        return shards;
    }

    private NavigableMap<Integer, Manifest.Shard> fill(
            ShardLayout layout, Collection<Integer> numbers, List<StreamState> streams) {
        NavigableMap<Integer, Manifest.Shard> shards = new TreeMap<>();
        numbers.forEach(number -> shards.put(number, Manifest.Shard.empty(generation)));
        streams.forEach(stream -> stream.forEachSettled(packed -> {
            Manifest.Shard shard = shards.get(layout.shardOf(stream.id(), ObjectState.key(packed)));
            if (shard != null) {
                shard.add(stream.id(), packed);
            }
        }));
        return shards;
    }

    /** One after the other, each encoded just before it is written, so that not all of them are in memory twice. */
    private Future<Integer> writeEach(ShardLayout layout, NavigableMap<Integer, Manifest.Shard> shards) {
        Map.@Nullable Entry<Integer, Manifest.Shard> next = shards.pollFirstEntry();
        if (next == null) {
            return Future.succeededFuture(0);
        }
        byte[] bytes = CheckpointCodec.encode(next.getValue());
        return store.write(layout.name(store.name(), next.getKey()), bytes).compose(created -> {
            meters.wrote("shard", bytes.length);
            return writeEach(layout, shards).map(others -> others + bytes.length);
        });
    }
}
