package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The states of all streams of a process: those that run, and those that were restored and are not claimed yet. */
public final class StreamStates {

    /**
     * From the creation of a namespace to the last checkpoint of the process that did not watch it: the controller
     * rolls the adapter, and the old process drains.
     */
    private static final Duration JOIN_DELAY = Duration.ofMinutes(10);

    private final List<RequestedResource> requested;
    private final Predicate<ObjectMetadata> checkpointObjects;
    private final DirtyObjects dirty = new DirtyObjects();
    private final StreamState.Shared shared;
    private final Map<String, StreamState> byId = new LinkedHashMap<>();
    private final Set<StreamState> claimed = new HashSet<>();
    private Instant newSince = Instant.MAX;
    private boolean forgotten;
    private boolean shardsAreNewer;

    /** The same with a fixed seed, where the names of objects can be trusted. */
    public StreamStates(
            List<RequestedResource> requested, Predicate<ObjectMetadata> checkpointObjects, InstantSource clock) {
        this(requested, checkpointObjects, clock, 0);
    }

    /**
     * No states yet.
     *
     * @param requested all resources that are watched
     * @param checkpointObjects finds the ConfigMaps of the checkpoint among all ConfigMaps; their changes are
     *     ignored, because each write of the checkpoint would cause the next
     * @param clock for the lag of the low-water mark
     * @param seed of the hash tables, secret and random
     */
    public StreamStates(
            List<RequestedResource> requested,
            Predicate<ObjectMetadata> checkpointObjects,
            InstantSource clock,
            long seed) {
        this.requested = requested;
        this.checkpointObjects = checkpointObjects;
        this.shared = new StreamState.Shared(dirty, clock, new KeyHash(seed));
    }

    /** The state of the stream of {@code target}, restored or new; to be called once per target. */
    public StreamState claim(WatchTarget target) {
        StreamId id = id(target);
        StreamState state = restored(id, target.resource().version())
                .or(() -> withOtherSelectors(id, target.resource()))
                .orElseGet(() -> byId.computeIfAbsent(
                        id.text(), text -> newState(text, Optional.empty(), firstList(id, target.resource()))));
        claimed.add(state);
        return state;
    }

    private StreamState newState(String id, Optional<StreamSnapshot> snapshot, FirstList firstList) {
        return new StreamState(id, snapshot, shared, ignored(id), firstList);
    }

    /** By its id; else, if it was watched with or without a version before, by the rest of the id. */
    private Optional<StreamState> restored(StreamId id, String version) {
        StreamState exact = byId.get(id.text());
        if (exact != null) {
            return Optional.of(exact);
        }
        return byId.values().stream()
                .filter(state -> state.isResumed() && !claimed.contains(state))
                .filter(state -> StreamId.of(state.id()).isSameInAnotherVersion(id))
                .min(Comparator.comparing(
                        state -> !StreamId.of(state.id()).version().equals(version)));
    }

    /**
     * The selectors of the resource were changed: the state of a stream that is no longer requested, handed over to the
     * new one.
     */
    private Optional<StreamState> withOtherSelectors(StreamId id, ResourceType type) {
        return byId.values().stream()
                .filter(state -> state.isResumed() && !claimed.contains(state))
                .filter(state -> isDropped(StreamId.of(state.id()), type))
                .filter(state -> StreamId.of(state.id()).isSameWithOtherSelectors(id))
                .findFirst()
                .map(state -> {
                    byId.remove(state.id());
                    StreamState successor =
                            newState(id.text(), Optional.of(state.withoutPosition()), FirstList.FIRST_START);
                    byId.put(id.text(), successor);
                    if (shardsAreNewer) {
                        successor.markIndexIncomplete();
                    }
                    return state.handOver(successor);
                });
    }

    /** Whether no stream with these selectors is requested any more. */
    private boolean isDropped(StreamId id, ResourceType type) {
        return requestedOf(type).noneMatch(resource -> resource.hasSelectors(id.selector(), id.fieldSelector()));
    }

    private FirstList firstList(StreamId id, ResourceType type) {
        if (forgotten) {
            return FirstList.FORGOTTEN;
        }
        boolean joined = byId.values().stream()
                .filter(StreamState::isResumed)
                .map(state -> StreamId.of(state.id()))
                .anyMatch(other -> other.isSameInAnotherNamespace(id)
                        || (other.isOfSameResource(id)
                                && !claimed.contains(byId.get(other.text()))
                                && isDropped(other, type)));
        return joined ? new FirstList("new_stream", newSince) : FirstList.FIRST_START;
    }

    /**
     * The resource is watched in no namespace: none was selected yet. It has no stream, so its name is stored. The
     * first list of a namespace that is selected later closes a gap then.
     */
    public void watchedNowhere(ResourceType resource, RequestedResource requestedAs) {
        StreamId id = id(new WatchTarget(
                resource,
                Optional.of(StreamId.NO_NAMESPACE),
                requestedAs.selector(),
                requestedAs.fieldSelector(),
                true));
        StreamState name = byId.get(id.text());
        if (name == null) {
            name = newState(id.text(), Optional.of(StreamSnapshot.NOTHING_READ), FirstList.FIRST_START);
            byId.put(id.text(), name);
            dirty.addAll();
        }
        claimed.add(name);
    }

    /** A checkpoint was restored that an earlier process wrote at this time. */
    public void restoredFrom(Instant written) {
        newSince = written.minus(JOIN_DELAY);
    }

    /**
     * An earlier process has ended while it wrote shards. What they held of streams that it had dropped may be lost.
     */
    public void shardsAreNewerThanManifest() {
        shardsAreNewer = true;
    }

    /** An earlier process has stored a checkpoint, and it is lost: the first list of each stream closes a gap. */
    public void forget() {
        forgotten = true;
    }

    /** Drops the states that no stream has claimed; to be called when every stream has. */
    public void dropUnclaimed() {
        byId.values().removeIf(state -> !claimed.contains(state) && !awaitsFirstStream(state));
        dirty.touch();
    }

    /** Whether it stands for a resource whose first streams are not stored yet, because they have not listed. */
    private boolean awaitsFirstStream(StreamState state) {
        StreamId id = StreamId.of(state.id());
        List<StreamState> streams = claimed.stream()
                .filter(stream -> StreamId.of(stream.id()).isSameInAnotherNamespace(id))
                .toList();
        return id.isOfNoNamespace() && !streams.isEmpty() && streams.stream().noneMatch(StreamState::isEstablished);
    }

    /** The same without a journal. */
    public StreamState restore(String id, StreamSnapshot snapshot, Iterable<byte[]> shardStates) {
        return restore(id, snapshot, shardStates, List.of());
    }

    /**
     * Restores the stream {@code id} from {@code snapshot} and the states of its objects.
     *
     * @param shardStates those in the shards, packed
     * @param journal newer ones by {@code namespace/name}, oldest first; null for objects that are deleted
     */
    public StreamState restore(
            String id,
            StreamSnapshot snapshot,
            Iterable<byte[]> shardStates,
            List<Map<String, byte @Nullable []>> journal) {
        StreamState state = newState(id, Optional.of(snapshot), FirstList.FIRST_START);
        List<Map<String, byte @Nullable []>> changed = new ArrayList<>(journal);
        changed.add(snapshot.changedStates());
        state.restoreIndex(shardStates, changed);
        byId.put(id, state);
        // They are in the manifest only.
        snapshot.changedStates().keySet().forEach(object -> dirty.add(id, object));
        return state;
    }

    /** Every state, restored or claimed. */
    public Collection<StreamState> all() {
        return byId.values();
    }

    /** The states of which there is something to store. */
    public List<StreamState> established() {
        return byId.values().stream().filter(StreamState::isEstablished).toList();
    }

    /** The states of the streams that run. */
    public Collection<StreamState> claimed() {
        return claimed;
    }

    /** The objects whose settled state is newer than in the shards and the journal of the checkpoint. */
    public DirtyObjects dirtyObjects() {
        return dirty;
    }

    /** How many objects the indexes hold. */
    public int indexedObjects() {
        return byId.values().stream().mapToInt(StreamState::indexedObjects).sum();
    }

    /** Since when the low-water mark that lags most has lagged; empty when none does. */
    public Optional<Instant> laggingSince() {
        return claimed.stream().flatMap(state -> state.laggingSince().stream()).min(Comparator.naturalOrder());
    }

    private StreamId id(WatchTarget target) {
        ResourceType type = target.resource();
        String version = isInSeveralVersions(type) ? type.version() : "";
        return new StreamId(
                type.group(),
                version,
                type.plural(),
                target.namespace().orElse(""),
                target.selector(),
                target.fieldSelector());
    }

    private boolean isInSeveralVersions(ResourceType type) {
        return requestedOf(type).map(RequestedResource::version).distinct().count() > 1;
    }

    /** Discovery resolves a plural that was guessed from the kind, so the name may be either. */
    private Stream<RequestedResource> requestedOf(ResourceType type) {
        String guess = type.kind().toLowerCase(Locale.ROOT);
        String stem = guess.substring(0, Math.max(1, guess.length() - 1));
        return requested.stream()
                .filter(resource -> resource.group().equals(type.group()))
                .filter(resource ->
                        resource.name().equals(type.plural()) || resource.name().startsWith(stem));
    }

    private Predicate<ObjectMetadata> ignored(String text) {
        StreamId id = StreamId.of(text);
        boolean configMaps = id.group().isEmpty() && id.plural().equals("configmaps");
        return configMaps ? checkpointObjects : object -> false;
    }
}
