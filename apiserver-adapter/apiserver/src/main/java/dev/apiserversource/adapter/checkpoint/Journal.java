package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.DirtyObjects;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The journal of a checkpoint: settled states that are newer than those in the shards. Each segment holds the objects
 * that were dirty when it was written, so that manifests need not repeat them.
 *
 * <pre>
 *   older                                                                  newer
 *   shards  <  large segment  <  large segment  <  small, small, small  <  dirty objects in the manifest
 *              (merged)
 * </pre>
 *
 * <p>A segment is written to a number that no stored manifest names, and counts once a manifest names it. When one
 * number is left, the small segments are merged into it, together with the objects that are dirty. So a state is
 * written twice at most before the shards have it, and the numbers last for about 130 small segments.
 *
 * <p>Shards that are written cover the segments from before. A number is free again when a manifest without it is
 * stored.
 */
final class Journal {

    /** The load of segments, as far as it delays the next write. */
    static final int BYTES_PER_SECOND = 32 * 1024;

    /** A refusal is lasting, such as a Role or a quota; but it may be lifted. */
    private static final Duration RETRY_REFUSED = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final ConfigMapStore store;
    private final StreamStates states;
    private final DirtyObjects dirty;
    private final CheckpointMeters meters;
    private final Timers timers;
    private final IntConsumer charge;
    private final WriteSizes sizes;

    /** Ids differ from those of other processes, because the base is random. */
    private long lastId;

    /** Oldest first. */
    private final List<Segment> segments = new ArrayList<>();

    /** Numbers that the stored manifest may name, although their states are elsewhere now. */
    private final Set<Integer> retired = new HashSet<>();

    /** Numbers whose ConfigMaps this process has read or written. */
    private final Set<Integer> existing = new HashSet<>();

    private long bytes;
    private boolean refused;
    private boolean stopped;
    private Duration notBefore = Duration.ZERO;

    /** A journal that continues the segments that were found. */
    Journal(WriteTarget to, CheckpointLoader.Found found, WriteSizes sizes, long randomId) {
        this.store = to.store();
        this.states = to.states();
        this.dirty = states.dirtyObjects();
        this.meters = to.meters();
        this.timers = to.timers();
        this.charge = to.charge();
        this.sizes = sizes;
        this.lastId = randomId;
        if (found instanceof CheckpointLoader.Found.Stored stored) {
            stored.manifest().parts().journal().forEach(named -> continueWith(named, stored.segments()));
        }
    }

    private void continueWith(Manifest.SegmentName named, Map<Manifest.SegmentName, Manifest.Segment> found) {
        Manifest.Segment stored = found.get(named);
        if (stored == null) {
            retired.add(named.number());
            return;
        }
        Map<String, Set<String>> names = new HashMap<>();
        stored.states().forEach((stream, objects) -> names.put(stream, Set.copyOf(objects.keySet())));
        Segment segment = new Segment(named, names);
        existing.add(named.number());
        bytes += (long) segment.objects() * sizes.bytesPerObject();
        segments.add(segment.objects() > smallSegment() ? segment.asLarge() : segment);
    }

    /**
     * A segment that a manifest names, or the next one will.
     *
     * @param names of the objects in it, by the id of their stream; empty in a large segment, which is not merged
     */
    private record Segment(Manifest.SegmentName name, Map<String, Set<String>> names) {

        int objects() {
            return names.values().stream().mapToInt(Set::size).sum();
        }

        boolean isLarge() {
            return names.isEmpty();
        }

        Segment asLarge() {
            return new Segment(name, Map.of());
        }
    }

    private int smallSegment() {
        return 2 * sizes.tail();
    }

    /** The segments that the next manifest names, oldest first. */
    List<Manifest.SegmentName> segments() {
        return segments.stream().map(Segment::name).toList();
    }

    /** How many bytes were written since {@link #cover}. */
    long bytes() {
        return bytes;
    }

    /** Whether shards must be written soon, because the numbers run out. */
    boolean isNearlyFull() {
        return large() > sizes.segments() * 3 / 8;
    }

    /** Whether the names of all objects in it are known. */
    boolean hasNames() {
        return large() == 0;
    }

    private long large() {
        return segments.stream().filter(Segment::isLarge).count();
    }

    /** The objects in small segments, by the id of their stream. */
    void forEachName(BiConsumer<String, Set<String>> action) {
        segments.forEach(segment -> segment.names().forEach(action));
    }

    /** Whether the dirty objects can be written to a segment now. */
    boolean hasRoom() {
        int free = sizes.segments() - segments.size() - retired.size();
        return !stopped
                && timers.uptime().compareTo(notBefore) >= 0
                && (free > 1 || (free == 1 && segments.size() > large()));
    }

    /**
     * Shards are about to be written with all that is in the journal. The result is to be passed to {@link #retire}.
     */
    List<Manifest.SegmentName> cover() {
        bytes = 0;
        return segments();
    }

    /** What these segments hold is written elsewhere. */
    void retire(List<Manifest.SegmentName> covered) {
        segments.removeIf(segment -> {
            boolean gone = covered.contains(segment.name());
            if (gone) {
                retired.add(segment.name().number());
            }
            return gone;
        });
    }

    /** A manifest is stored that names these segments and no others. */
    void manifestStored(List<Manifest.SegmentName> named) {
        Set<Integer> numbers = named.stream().map(Manifest.SegmentName::number).collect(Collectors.toSet());
        retired.retainAll(numbers);
    }

    /** Writes no more segments. */
    void stop() {
        stopped = true;
    }

    /**
     * Writes the dirty objects into a new segment. They stay dirty when that fails; a refusal is no failure.
     * To be called only with {@link #hasRoom}.
     */
    Future<Void> append() {
        int number = IntStream.range(0, sizes.segments())
                .filter(this::isFree)
                .findFirst()
                .orElseThrow();
        List<Segment> merged = isLastFree(number) ? small() : List.of();
        Segment segment = new Segment(new Manifest.SegmentName(number, ++lastId), names(merged));
        byte[] encoded = CheckpointCodec.encode(content(segment));
        if (encoded.length > WriteTarget.MAX_PART_BYTES) {
            merged.forEach(each -> segments.set(segments.indexOf(each), each.asLarge()));
            return Future.succeededFuture();
        }
        DirtyObjects.Content content = dirty.take();
        charge.accept(encoded.length / (BYTES_PER_SECOND / WriteThrottle.BYTES_PER_SECOND));
        return Future.<Void>succeededFuture()
                .compose(start -> store.write(ShardLayout.segmentName(store.name(), number), encoded))
                .onFailure(failure -> dirty.putBack(content))
                .compose(
                        result -> wrote(segment, merged, encoded.length, result),
                        failure -> StoreException.isRefused(failure) ? refused(failure) : Future.failedFuture(failure));
    }

    private boolean isFree(int number) {
        return !retired.contains(number)
                && segments.stream().noneMatch(segment -> segment.name().number() == number);
    }

    private boolean isLastFree(int number) {
        return IntStream.range(number + 1, sizes.segments()).noneMatch(this::isFree);
    }

    private List<Segment> small() {
        return segments.stream().filter(segment -> !segment.isLarge()).toList();
    }

    private Map<String, Set<String>> names(List<Segment> merged) {
        if (merged.isEmpty()) {
            return dirty.objects();
        }
        Map<String, Set<String>> names = new HashMap<>();
        merged.forEach(segment -> segment.names().forEach((stream, objects) -> add(names, stream, objects)));
        dirty.objects().forEach((stream, objects) -> add(names, stream, objects));
        return names;
    }

    private static void add(Map<String, Set<String>> names, String stream, Set<String> objects) {
        names.computeIfAbsent(stream, id -> new LinkedHashSet<>()).addAll(objects);
    }

    private Manifest.Segment content(Segment segment) {
        Manifest.Segment content = new Manifest.Segment(segment.name().id(), new HashMap<>());
        for (StreamState stream : states.all()) {
            Set<String> objects = segment.names().get(stream.id());
            if (objects != null) {
                content.states().put(stream.id(), stream.settledStates(objects));
            }
        }
        return content;
    }

    private Future<Void> wrote(Segment segment, List<Segment> merged, int length, ConfigMapStore.WriteResult result) {
        boolean large = !merged.isEmpty() || segment.objects() > smallSegment();
        segments.add(large ? segment.asLarge() : segment);
        retire(merged.stream().map(Segment::name).toList());
        bytes += length;
        meters.wrote("segment", length);
        if (refused) {
            refused = false;
            log.atInfo().addKeyValue("configMap", store.name()).log("journal of the checkpoint written again");
        }
        noteOtherProcess(segment.name().number(), result);
        return Future.succeededFuture();
    }

    /** What an earlier process has left under a free number does not matter. */
    private void noteOtherProcess(int number, ConfigMapStore.WriteResult result) {
        boolean existed = !existing.add(number);
        if (result.isDeletion(existed)) {
            log.atWarn()
                    .addKeyValue("configMap", ShardLayout.segmentName(store.name(), number))
                    .log("segment of the checkpoint was deleted, writing all of it again");
        }
        if (existed && result.isOfAnotherProcess(true)) {
            dirty.addAll();
        }
    }

    /** A ResourceQuota or a Role may not allow segments. The manifests then hold the dirty objects. */
    private Future<Void> refused(Throwable failure) {
        notBefore = timers.uptime().plus(RETRY_REFUSED);
        if (!refused) {
            refused = true;
            log.atWarn()
                    .addKeyValue("configMap", store.name())
                    .addKeyValue("detail", failure.getMessage())
                    .log("journal of the checkpoint is refused, checkpoints of a busy source become rare");
        }
        return Future.succeededFuture();
    }
}
