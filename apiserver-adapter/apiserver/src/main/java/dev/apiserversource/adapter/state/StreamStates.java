package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The states of all streams of a process: those that run, and those that were restored and are not claimed yet. */
public final class StreamStates {

    private final List<RequestedResource> requested;
    private final Predicate<ObjectMetadata> checkpointObjects;
    private final InstantSource clock;
    private final DirtyObjects dirty = new DirtyObjects();
    private final Map<String, StreamState> byId = new LinkedHashMap<>();
    private final Set<StreamState> claimed = new HashSet<>();

    /**
     * No states yet.
     *
     * @param requested all resources that are watched
     * @param checkpointObjects finds the ConfigMaps of the checkpoint among all ConfigMaps; their changes are
     *     ignored, because each write of the checkpoint would cause the next
     * @param clock for the lag of the low-water mark
     */
    public StreamStates(
            List<RequestedResource> requested, Predicate<ObjectMetadata> checkpointObjects, InstantSource clock) {
        this.requested = requested;
        this.checkpointObjects = checkpointObjects;
        this.clock = clock;
    }

    /** The state of the stream of {@code target}, restored or new; to be called once per target. */
    public StreamState claim(WatchTarget target) {
        String id = id(target);
        StreamState state =
                byId.computeIfAbsent(id, absent -> new StreamState(id, Optional.empty(), dirty, ignored(id), clock));
        claimed.add(state);
        return state;
    }

    /** Drops the states that no stream has claimed; to be called when every stream has. */
    public void dropUnclaimed() {
        byId.values().retainAll(claimed);
        dirty.touch();
    }

    /** Restores the stream {@code id} from {@code snapshot} and the states of its objects in the shards, packed. */
    public void restore(String id, StreamSnapshot snapshot, Iterable<byte[]> shardStates) {
        StreamState state = new StreamState(id, Optional.of(snapshot), dirty, ignored(id), clock);
        state.restoreIndex(shardStates, snapshot.changedStates());
        byId.put(id, state);
        // They are not in the shards yet.
        snapshot.changedStates().keySet().forEach(object -> dirty.add(id, object));
    }

    /** Every state, restored or claimed. */
    public Collection<StreamState> all() {
        return byId.values();
    }

    /** The states of the streams that run. */
    public Collection<StreamState> claimed() {
        return claimed;
    }

    /** The objects that the shards of a checkpoint have an older state of. */
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

    /**
     * Names a stream across processes, by what decides which objects it sees and what it emits. The version of a
     * resource is not part of it, so a stream is resumed when its kind is watched in another version; unless a group
     * is watched in two versions.
     */
    private String id(WatchTarget target) {
        ResourceType type = target.resource();
        String version = isInSeveralVersions(type.group()) ? type.version() : "";
        String mode = target.metadataOnly() ? "metadata" : "whole";
        return String.join(
                "|", type.group(), version, type.plural(), target.namespace().orElse(""), mode, target.selector());
    }

    private boolean isInSeveralVersions(String group) {
        return requested.stream()
                        .filter(resource -> resource.group().equals(group))
                        .map(RequestedResource::version)
                        .distinct()
                        .count()
                > 1;
    }

    private Predicate<ObjectMetadata> ignored(String id) {
        String[] parts = id.split("\\|", 4);
        boolean configMaps = parts[0].isEmpty() && parts[2].equals("configmaps");
        return configMaps ? checkpointObjects : object -> false;
    }
}
