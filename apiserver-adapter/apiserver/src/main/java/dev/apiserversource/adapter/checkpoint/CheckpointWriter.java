package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.ObjectState;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a checkpoint: mostly its main part alone, in which the journal says what has changed since the shards were written; and when the
 * journal has become large, first the shards that it touches, and then the main part without it.
 *
 * <p>A crash between the two is harmless. Shards hold settled states only; against the older main part some are newer than
 * it says, which makes for repeats. A shard that is older than the main part, which its generation tells, makes a checkpoint unusable.
 */
final class CheckpointWriter {

    /** Of the main part, in bytes; a ConfigMap may hold 1 MiB. */
    static final int MOST_BYTES = 1_000_000;

    /** Entries of the journal from which on the shards are written. */
    private static final int LONG_JOURNAL = 4_096;

    private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);

    private final String name;
    private final ConfigMapStore store;
    private final DirtyObjects journal;
    private final Ledgers ledgers;
    private final CheckpointMeters meters;
    private final Set<StreamState> inShards = new HashSet<>();
    private final Set<StreamState> committed = new HashSet<>();
    private String cluster = "";
    private List<Integer> generations = List.of();
    private int generation;
    private boolean exists;

    CheckpointWriter(
            String name, ConfigMapStore store, DirtyObjects journal, Ledgers ledgers, CheckpointMeters meters) {
        this.name = name;
        this.store = store;
        this.journal = journal;
        this.ledgers = ledgers;
        this.meters = meters;
    }

    void in(String clusterIdentity) {
        cluster = clusterIdentity;
    }

    /** Goes on with a checkpoint that was read; {@code newest} is the highest generation of a shard. */
    void goOnWith(Manifest main, int newest) {
        exists = true;
        generations = main.generations();
        generation = newest;
        inShards.addAll(ledgers.all());
        committed.addAll(ledgers.all());
    }

    /** Whether a later process would find the stream. */
    boolean hasCommitted(StreamState ledger) {
        return committed.contains(ledger);
    }

    /** Writes what has changed; answers how many bytes that took. */
    Future<Integer> write() {
        if (journal.isAll() || generations.isEmpty() || journalLength() > LONG_JOURNAL) {
            return writeShards().compose(shards -> writeMain().map(main -> main + shards));
        }
        return writeMain();
    }

    private int journalLength() {
        return journal.objects().values().stream().mapToInt(Set::size).sum();
    }

    private Future<Integer> writeMain() {
        Set<StreamState> included = new LinkedHashSet<>(ledgers.all());
        included.retainAll(inShards);
        byte[] bytes = CheckpointCodec.encode(main(included));
        if (bytes.length > MOST_BYTES) {
            bytes = CheckpointCodec.encode(withoutReplays(main(included)));
        }
        if (bytes.length > MOST_BYTES) {
            // So many changes came while the shards were written that they have to be written again.
            journal.addAll();
            return Future.failedFuture(new StoreException(0, "the journal has become too large"));
        }
        int length = bytes.length;
        return store.write(name, bytes).map(created -> {
            wroteMain(included, created, length);
            return length;
        });
    }

    private void wroteMain(Set<StreamState> included, boolean created, int length) {
        meters.wrote("main", length);
        committed.addAll(included);
        committed.retainAll(ledgers.all());
        if (created && exists) {
            log.atWarn().addKeyValue("configMap", name).log("the checkpoint was deleted, writing all of it again");
            journal.addAll();
        }
        exists = true;
    }

    private Manifest main(Set<StreamState> included) {
        Map<StreamState, Set<String>> changed = journal.objects();
        List<Manifest.Stream> streams = included.stream()
                .map(ledger -> ledger.stored(changed.getOrDefault(ledger, Set.of())))
                .toList();
        return new Manifest(cluster, generations, streams);
    }

    private static Manifest withoutReplays(Manifest main) {
        return new Manifest(
                main.cluster(),
                main.generations(),
                main.streams().stream().map(Manifest.Stream::withoutReplay).toList());
    }

    private Future<Integer> writeShards() {
        ShardLayout layout = layout();
        boolean same = layout.shards() == generations.size();
        DirtyObjects.Content written = journal.take();
        Set<StreamState> included = new HashSet<>();
        ledgers.all().stream().filter(StreamState::hasBegun).forEach(included::add);
        generation++;
        NavigableMap<Integer, Shard> shards =
                fill(layout, same && !written.all() ? touched(layout, written) : all(layout));
        List<Integer> numbers = List.copyOf(shards.keySet());
        return writeAll(layout, shards)
                .onFailure(failure -> journal.restore(same ? written : new DirtyObjects.Content(true, Map.of())))
                .onSuccess(bytes -> {
                    inShards.addAll(included);
                    inShards.retainAll(ledgers.all());
                    noteGenerations(layout, numbers);
                });
    }

    /** Grows with the index, and never shrinks, so that it does not go to and fro. */
    private ShardLayout layout() {
        ShardLayout needed = ShardLayout.forObjects(ledgers.knownObjects());
        return new ShardLayout(Math.max(needed.shards(), generations.size()));
    }

    private void noteGenerations(ShardLayout layout, List<Integer> numbers) {
        List<Integer> now = new ArrayList<>(generations.size() == layout.shards() ? generations : all(layout));
        numbers.forEach(number -> now.set(number, generation));
        generations = List.copyOf(now);
    }

    private static List<Integer> all(ShardLayout layout) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < layout.shards(); i++) {
            all.add(i);
        }
        return all;
    }

    private static Set<Integer> touched(ShardLayout layout, DirtyObjects.Content content) {
        Set<Integer> touched = new HashSet<>();
        content.objects()
                .forEach((ledger, objects) ->
                        objects.forEach(object -> touched.add(layout.shardOf(ledger.key(), object))));
        return touched;
    }

    private NavigableMap<Integer, Shard> fill(ShardLayout layout, Iterable<Integer> numbers) {
        NavigableMap<Integer, Shard> shards = new TreeMap<>();
        numbers.forEach(number -> shards.put(number, Shard.empty(generation)));
        ledgers.all().stream()
                .filter(StreamState::hasBegun)
                .forEach(ledger -> ledger.forEachSettled(packed -> {
                    Shard shard = shards.get(layout.shardOf(ledger.key(), ObjectState.key(packed)));
                    if (shard != null) {
                        shard.add(ledger.key(), packed);
                    }
                }));
        return shards;
    }

    /** One after the other, each encoded when its turn comes, so that not all of them are in memory twice. */
    private Future<Integer> writeAll(ShardLayout layout, NavigableMap<Integer, Shard> shards) {
        Map.@Nullable Entry<Integer, Shard> next = shards.pollFirstEntry();
        if (next == null) {
            return Future.succeededFuture(0);
        }
        byte[] bytes = CheckpointCodec.encode(next.getValue());
        return store.write(layout.name(name, next.getKey()), bytes).compose(created -> {
            meters.wrote("shard", bytes.length);
            return writeAll(layout, shards).map(others -> others + bytes.length);
        });
    }
}
