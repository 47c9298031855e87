package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.state.DirtyObjects;
import dev.apiserversource.adapter.state.KeyHash;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the shards of a checkpoint, one after the other. Meanwhile manifests are written, which name the shards from
 * before.
 *
 * <pre>
 *   idle ──due──► writing 0, 1, 2 … ──all written──► idle, with new generations
 *                     │
 *                     └──a larger layout is refused──► idle, all objects dirty, with the layout from before
 * </pre>
 *
 * <p>All shards are written at once when a stream is new, because it cannot be resumed before, and when the names of
 * the dirty objects are not known. Otherwise there is a rest after each shard.
 */
final class ShardWriter {

    /** The load of shards while they are written. */
    private static final int BYTES_PER_SECOND = 16 * 1024;

    /** The load when they are written at once. */
    private static final int URGENT_BYTES_PER_SECOND = 128 * 1024;

    private static final Duration RETRY_DELAY = Duration.ofSeconds(30);

    /** With more names in memory, and no room in the journal, the shards are written in any case. */
    private static final int MAX_DIRTY = DirtyObjects.LIMIT / 2;

    /** From this share on there is a warning. */
    private static final double NEARLY_FULL = 0.8;

    private static final DirtyObjects.Content NOTHING = new DirtyObjects.Content(false, Map.of());

    private static final Logger log = LoggerFactory.getLogger(ShardWriter.class);

    private final ConfigMapStore store;
    private final StreamStates states;
    private final DirtyObjects dirty;
    private final CheckpointMeters meters;
    private final Timers timers;
    private final long seed;
    private final KeyHash hash;
    private final Journal journal;
    private final WriteSizes sizes;
    private final Consumer<Throwable> onFailure;

    // What is stored, as far as this process has read or written it.
    private final Set<String> streamsInShards = new HashSet<>();
    private List<Integer> generations = List.of();

    /** The highest that a shard may have; one that was written in part has used it up. */
    private int generation;

    private @Nullable Round round;
    private ShardLayout smallest = new ShardLayout(1);
    private ShardLayout largest = new ShardLayout(ShardLayout.MAX_SHARDS);
    private long manifestBytes;
    private boolean warned;
    private Duration notBefore = Duration.ZERO;
    private Timers.Timer next = () -> {};

    /** A writer that continues the shards that were found. */
    ShardWriter(WriteTarget to, Journal journal, CheckpointLoader.Found found, WriteSizes sizes, long newSeed) {
        this.journal = journal;
        this.sizes = sizes;
        this.onFailure = to.onFailure();
        this.store = to.store();
        this.states = to.states();
        this.dirty = states.dirtyObjects();
        this.meters = to.meters();
        this.timers = to.timers();
        long storedSeed = Manifest.NO_SEED;
        if (found instanceof CheckpointLoader.Found.Stored stored) {
            storedSeed = stored.manifest().parts().seed();
            generations = stored.manifest().parts().generations();
            generation = IntStream.concat(
                            generations.stream().mapToInt(each -> each),
                            stored.shards().stream().mapToInt(Manifest.Shard::generation))
                    .max()
                    .orElse(0);
            streamsInShards.addAll(stored.manifest().streams().keySet());
        }
        this.seed = storedSeed == Manifest.NO_SEED ? newSeed : storedSeed;
        this.hash = new KeyHash(seed);
    }

    /**
     * One rewriting of shards.
     *
     * @param layout of the shards
     * @param generation of the new shards
     * @param numbers all shards that are written
     * @param left those of them that are not written yet
     * @param streams ids of the streams whose states are in them
     * @param content the objects that were dirty; none when the journal takes them
     * @param covered the segments of the journal that are not needed afterwards
     */
    private record Round(
            ShardLayout layout,
            int generation,
            Set<Integer> numbers,
            TreeSet<Integer> left,
            Set<String> streams,
            DirtyObjects.Content content,
            List<Manifest.SegmentName> covered) {}

    long seed() {
        return seed;
    }

    List<Integer> generations() {
        return generations;
    }

    boolean exist() {
        return !generations.isEmpty();
    }

    boolean isWriting() {
        return round != null;
    }

    /** Whether shards are written because the names of the dirty objects are not known. */
    boolean isWritingAll() {
        return round != null && round.content().all();
    }

    /** Whether the shards that are to be written are needed before the next manifest. */
    boolean isUrgent() {
        return round != null && (round.content().all() || !exist());
    }

    /** Whether the states of the stream are in the shards. */
    boolean hold(StreamState stream) {
        return streamsInShards.contains(stream.id());
    }

    /** The objects of a stream whose new states are in shards that no manifest names yet. */
    Set<String> beingWritten(String stream) {
        return round == null ? Set.of() : round.content().objects().getOrDefault(stream, Set.of());
    }

    /** A manifest of that size is written. */
    void manifestOf(int bytes) {
        if (dirty.size() > 0) {
            manifestBytes += bytes;
        }
    }

    /** A segment with the dirty objects was written, so that manifests become small again. */
    void dirtyObjectsWritten() {
        manifestBytes = 0;
    }

    void beginIfDue() {
        if (round == null && timers.uptime().compareTo(notBefore) >= 0) {
            if (areDirtyObjectsDue()) {
                begin(dirty.take());
            } else if (isJournalDue()) {
                begin(NOTHING);
            }
        }
    }

    /** Whether to write the dirty objects into shards, rather than into the journal. */
    private boolean areDirtyObjectsDue() {
        if (dirty.isAll() || !exist() || (dirty.size() > MAX_DIRTY && !journal.hasRoom())) {
            return true;
        }
        long cost = cost(dirty.objects());
        return (manifestBytes > sizes.minManifestBytes() && manifestBytes >= cost)
                || (dirty.size() >= sizes.tail() && (long) dirty.size() * sizes.bytesPerObject() >= cost);
    }

    private boolean isJournalDue() {
        return journal.bytes() > 0 && (journal.isNearlyFull() || journal.bytes() >= cost(Map.of()));
    }

    /** The size of the shards with these objects and those in the journal. */
    private long cost(Map<String, Set<String>> objects) {
        ShardLayout layout = new ShardLayout(generations.size());
        long all = (long) states.indexedObjects() * sizes.bytesPerObject();
        return all * shardsOf(layout, objects).size() / layout.shards();
    }

    private void begin(DirtyObjects.Content content) {
        ShardLayout layout = layout();
        boolean all = content.all() || layout.shards() != generations.size();
        Set<Integer> numbers = all ? allShards(layout) : shardsOf(layout, content.objects());
        generation++;
        round = new Round(
                layout,
                generation,
                numbers,
                new TreeSet<>(numbers),
                states.established().stream().map(StreamState::id).collect(Collectors.toSet()),
                content,
                journal.cover());
        if (!isUrgent()) {
            scheduleNext(Duration.ZERO);
        }
    }

    private void scheduleNext(Duration delay) {
        next = timers.after(delay, this::writeNext);
    }

    /** Writes no more shards. */
    void stop() {
        next.cancel();
    }

    /** Grows with the index and never shrinks, so that an index near a limit does not switch to and fro. */
    private ShardLayout layout() {
        int needed = Math.max(
                ShardLayout.forObjects(states.indexedObjects()).shards(),
                Math.max(generations.size(), smallest.shards()));
        return new ShardLayout(Math.min(needed, largest.shards()));
    }

    private static Set<Integer> allShards(ShardLayout layout) {
        return new TreeSet<>(IntStream.range(0, layout.shards()).boxed().toList());
    }

    /** The shards with these objects and those in the journal. */
    private Set<Integer> shardsOf(ShardLayout layout, Map<String, Set<String>> objects) {
        if (!journal.hasNames()) {
            return allShards(layout);
        }
        Set<Integer> numbers = new TreeSet<>();
        BiConsumer<String, Set<String>> add = (stream, names) -> {
            int streamHash = hashOf(stream);
            names.forEach(object -> numbers.add(layout.shardOf(streamHash, hashOf(object))));
        };
        objects.forEach(add);
        journal.forEachName(add);
        return numbers;
    }

    private int hashOf(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return hash.of(bytes, 0, bytes.length);
    }

    /** Writes all that are left. */
    Future<Void> writeAll() {
        if (round == null) {
            return Future.succeededFuture();
        }
        return writeEach(fill(round, round.left()));
    }

    /** One after the other, each encoded just before it is written, so that not all of them are in memory twice. */
    private Future<Void> writeEach(NavigableMap<Integer, Manifest.Shard> filled) {
        if (filled.isEmpty()) {
            return Future.succeededFuture();
        }
        var next = filled.pollFirstEntry();
        return write(next.getKey(), next.getValue(), URGENT_BYTES_PER_SECOND)
                .compose(done -> isWriting() ? writeEach(filled) : Future.succeededFuture());
    }

    private void writeNext() {
        if (round == null) {
            return;
        }
        int number = round.left().first();
        Manifest.Shard shard = fill(round, Set.of(number)).firstEntry().getValue();
        Future.<Void>succeededFuture()
                .compose(start -> write(number, shard, BYTES_PER_SECOND))
                .onSuccess(done -> writeNextAfter(Duration.ZERO))
                .onFailure(failure -> {
                    onFailure.accept(failure);
                    writeNextAfter(RETRY_DELAY);
                });
    }

    private void writeNextAfter(Duration delay) {
        if (round != null) {
            Duration rest = notBefore.minus(timers.uptime());
            scheduleNext(rest.compareTo(delay) > 0 ? rest : delay);
        }
    }

    private NavigableMap<Integer, Manifest.Shard> fill(Round current, Collection<Integer> numbers) {
        NavigableMap<Integer, Manifest.Shard> shards = new TreeMap<>();
        numbers.forEach(number -> shards.put(number, Manifest.Shard.empty(current.generation())));
        states.all().stream()
                .filter(stream -> current.streams().contains(stream.id()))
                .forEach(stream -> fill(current.layout(), stream, shards));
        return shards;
    }

    private void fill(ShardLayout layout, StreamState stream, NavigableMap<Integer, Manifest.Shard> shards) {
        int streamHash = hashOf(stream.id());
        stream.forEachSettled(packed -> {
            int object = hash.of(packed, ObjectState.keyStart(packed), packed.length);
            Manifest.Shard shard = shards.get(layout.shardOf(streamHash, object));
            if (shard != null) {
                shard.add(stream.id(), packed);
            }
        });
    }

    private Future<Void> write(int number, Manifest.Shard shard, int bytesPerSecond) {
        Round current = round;
        if (current == null) {
            return Future.succeededFuture();
        }
        byte[] bytes = CheckpointCodec.encode(shard);
        noteFullness(current.layout(), bytes.length);
        if (bytes.length > WriteTarget.MAX_PART_BYTES) {
            return tooLarge(current, bytes.length);
        }
        rest(bytes.length, bytesPerSecond);
        return store.write(current.layout().name(store.name(), number), bytes)
                .onFailure(failure -> refused(current, failure))
                .compose(result -> {
                    meters.wrote("shard", bytes.length);
                    wrote(current, number, result);
                    return Future.succeededFuture();
                });
    }

    /** All shards are about as large, because a hash spreads the objects. */
    private void noteFullness(ShardLayout layout, int bytes) {
        double fullness = (double) bytes / WriteTarget.MAX_PART_BYTES * layout.shards() / largest.shards();
        meters.fullness(fullness);
        if (fullness >= NEARLY_FULL && !warned) {
            warned = true;
            log.atWarn()
                    .addKeyValue("configMap", store.name())
                    .addKeyValue("objects", states.indexedObjects())
                    .log("checkpoint is nearly full, watch fewer objects with one source");
        }
    }

    /** Bytes are charged whether the write succeeds or not. */
    private void rest(int bytes, int bytesPerSecond) {
        Duration rest = Duration.ofMillis(bytes * 1000L / bytesPerSecond);
        Duration now = timers.uptime();
        notBefore = (now.compareTo(notBefore) > 0 ? now : notBefore).plus(rest);
    }

    private void wrote(Round current, int number, ConfigMapStore.WriteResult result) {
        boolean existed = current.layout().shards() == generations.size();
        if (result.isDeletion(existed)) {
            log.atWarn()
                    .addKeyValue("configMap", current.layout().name(store.name(), number))
                    .log("shard of the checkpoint was deleted, writing all of them again");
        }
        if (result.isOfAnotherProcess(existed)) {
            dirty.addAll();
        }
        current.left().remove(number);
        if (current.left().isEmpty()) {
            finish(current);
        }
    }

    private void finish(Round current) {
        boolean manifestFollows = isUrgent();
        streamsInShards.clear();
        streamsInShards.addAll(current.streams());
        List<Integer> now = new ArrayList<>(
                generations.size() == current.layout().shards()
                        ? generations
                        : List.copyOf(allShards(current.layout())));
        current.numbers().forEach(number -> now.set(number, current.generation()));
        generations = List.copyOf(now);
        journal.retire(current.covered());
        manifestBytes = 0;
        round = null;
        if (!manifestFollows) {
            dirty.touch();
        }
    }

    /** A ResourceQuota or a Role may allow fewer ConfigMaps than the index would need for small shards. */
    private void refused(Round current, Throwable failure) {
        boolean grows = current.layout().shards() > Math.max(1, generations.size());
        if (grows && StoreException.isRefused(failure)) {
            largest = exist()
                    ? new ShardLayout(generations.size())
                    : current.layout().previous();
            log.atWarn()
                    .addKeyValue("configMap", store.name())
                    .addKeyValue("shards", largest.shards())
                    .addKeyValue("detail", failure.getMessage())
                    .log("checkpoint cannot grow, keeping fewer and larger shards");
            abandon(current);
        }
    }

    private Future<Void> tooLarge(Round current, int bytes) {
        ShardLayout layout = current.layout();
        boolean canGrow = layout.shards() < largest.shards();
        if (canGrow) {
            smallest = layout.next();
        }
        abandon(current);
        String limit = canGrow ? "; more shards are written" : "; watch fewer objects, or grant more shards";
        return Future.failedFuture(new StoreException(
                0, "a shard of " + layout.shards() + " is larger than a ConfigMap: " + bytes + " bytes" + limit));
    }

    private void abandon(Round current) {
        round = null;
        dirty.putBack(new DirtyObjects.Content(true, current.content().objects()));
    }
}
