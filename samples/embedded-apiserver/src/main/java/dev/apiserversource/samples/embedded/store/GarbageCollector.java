package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Deletes objects whose last owner is gone, and those in a deleted namespace, within the write that caused it. Unlike
 * the real garbage collector it keeps objects whose owner never existed. Called under the store's lock.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage Collection</a>
 */
public final class GarbageCollector implements Consumer<Change> {

    private final Map<String, Set<Owned>> dependentsByOwner = new HashMap<>();
    private final Set<String> existing = new HashSet<>();
    private final ResourceKinds kinds;
    private final ObjectStore store;

    /** A listener of {@code store}. */
    public GarbageCollector(ResourceKinds kinds, ObjectStore store) {
        this.kinds = kinds;
        this.store = store;
    }

    private record Owned(ResourceKind kind, ObjectKey key) {}

    @Override
    public void accept(Change change) {
        Owned object = new Owned(change.kind(), change.key());
        if (change.before() != null) {
            ownerUids(change.before()).forEach(owner -> dependents(owner).remove(object));
        }
        if (change.after() != null) {
            ownerUids(change.after()).forEach(owner -> dependents(owner).add(object));
            existing.add(Metadata.of(change.after()).uid());
            return;
        }
        String uid = Metadata.of(change.lastState()).uid();
        existing.remove(uid);
        collectDependents(uid);
        if (change.kind().qualifiedName().equals("namespaces")) {
            deleteAllIn(change.key().name());
        }
    }

    /** Removes the owner from its dependents, so that its deletion keeps them. */
    public void orphanDependents(String ownerUid) {
        List.copyOf(dependents(ownerUid)).forEach(owned -> release(owned, ownerUid));
    }

    /** Deletes the dependents of an owner; those with another existing owner only lose the reference. */
    public void collectDependents(String ownerUid) {
        for (Owned owned : List.copyOf(dependents(ownerUid))) {
            store.find(owned.kind(), owned.key()).ifPresent(object -> {
                boolean hasAnotherOwner =
                        ownerUids(object).stream().anyMatch(uid -> !uid.equals(ownerUid) && existing.contains(uid));
                if (hasAnotherOwner) {
                    release(owned, ownerUid);
                } else {
                    store.delete(owned.kind(), owned.key(), Json.object(), false);
                }
            });
        }
        dependentsByOwner.remove(ownerUid);
    }

    private void release(Owned owned, String ownerUid) {
        store.modify(
                owned.kind(),
                owned.key(),
                object -> {
                    ArrayNode owners = Metadata.of(object).node().withArray("/ownerReferences");
                    owners.removeIf(owner -> owner.path("uid").asText().equals(ownerUid));
                    return object;
                },
                false);
    }

    private void deleteAllIn(String namespace) {
        for (ResourceKind kind : List.copyOf(kinds.all())) {
            store.at(kind, store.version()).keySet().stream()
                    .filter(key -> key.namespace().equals(namespace))
                    .forEach(key -> store.delete(kind, key, Json.object(), false));
        }
    }

    private Set<Owned> dependents(String ownerUid) {
        return dependentsByOwner.computeIfAbsent(ownerUid, uid -> new LinkedHashSet<>());
    }

    private static Set<String> ownerUids(ObjectNode object) {
        return Metadata.of(object).ownerUids();
    }
}
