package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ObjectRules.Part;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Deletes what has lost its last owner, and what was in a namespace that is gone: at once, within the write that caused
 * it. An object that names an owner that never existed is left alone. Called under the store's lock.
 */
final class GarbageCollector implements Consumer<Change> {

    private final Map<String, Set<Owned>> dependentsByOwner = new HashMap<>();
    private final Set<String> living = new HashSet<>();
    private final Kinds kinds;
    private final ObjectStore store;

    GarbageCollector(Kinds kinds, ObjectStore store) {
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
            living.add(Metadata.of(change.after()).uid());
            return;
        }
        String uid = Metadata.of(change.lastState()).uid();
        living.remove(uid);
        collectDependents(uid);
        if (change.kind().qualifiedName().equals("namespaces")) {
            deleteAllIn(change.key().name());
        }
    }

    /** Lets go of the dependents of an owner that is about to be deleted without them. */
    void orphanDependents(String ownerUid) {
        List.copyOf(dependents(ownerUid)).forEach(owned -> release(owned, ownerUid));
    }

    /** Deletes or releases what the owner with this uid owns. */
    void collectDependents(String ownerUid) {
        for (Owned owned : List.copyOf(dependents(ownerUid))) {
            store.find(owned.kind(), owned.key()).ifPresent(object -> {
                boolean hasAnotherOwner =
                        ownerUids(object).stream().anyMatch(uid -> !uid.equals(ownerUid) && living.contains(uid));
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
                Part.OBJECT,
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
