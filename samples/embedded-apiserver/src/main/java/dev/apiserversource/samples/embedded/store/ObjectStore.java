package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The objects of an embedded API server, in memory, with one resourceVersion counter for all kinds.
 *
 * <p>The methods without a {@link ResourceKind} are for tests. They do what the same HTTP request does, fail with the
 * same {@link ApiException}, and return copies. Every write is atomic. Thread-safe.
 */
public final class ObjectStore {

    private static final String SUFFIX_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int HISTORY_LENGTH = 10_000;

    private final Map<String, ObjectCollection> collections = new ConcurrentHashMap<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final ResourceKinds kinds;
    private final Clock clock;
    private volatile long version;

    /** A store with the namespaces of a new cluster. {@code clock} gives the timestamps in metadata. */
    public ObjectStore(ResourceKinds kinds, Clock clock) {
        this.kinds = kinds;
        this.clock = clock;
        ResourceKind namespaces = kinds.require("v1", "Namespace");
        List.of("default", "kube-system", "kube-public", "kube-node-lease")
                .forEach(name -> create(namespaces, "", named(name), false));
    }

    /** Creates an object with apiVersion, kind, name or generateName, and a namespace (default: {@code default}). */
    public ObjectNode create(ObjectNode object) {
        ResourceKind kind = kindOf(object);
        return copyLike(kind, object, create(kind, keyOf(kind, object).namespace(), object, false));
    }

    /** Replaces everything but the status. A resourceVersion, when present, must be the current one. */
    public ObjectNode update(ObjectNode object) {
        ResourceKind kind = kindOf(object);
        return copyLike(kind, object, modify(kind, keyOf(kind, object), current -> object, false));
    }

    /** Replaces only the status. */
    public ObjectNode updateStatus(ObjectNode object) {
        ResourceKind kind = kindOf(object);
        return copyLike(kind, object, modifyStatus(kind, keyOf(kind, object), current -> object, false));
    }

    /** Deletes the object, or sets its deletionTimestamp while it has finalizers. */
    public void delete(String apiVersion, String kind, String namespace, String name) {
        delete(kinds.require(apiVersion, kind), new ObjectKey(namespace, name), Json.object(), false);
    }

    /** The object as a client reads it. {@code namespace} is empty for a cluster-scoped kind. */
    public Optional<ObjectNode> find(String apiVersion, String kind, String namespace, String name) {
        ResourceKind known = kinds.require(apiVersion, kind);
        return find(known, new ObjectKey(namespace, name)).map(found -> copy(known, apiVersion, found));
    }

    /** The objects of a kind in all namespaces, ordered by namespace and name. */
    public List<ObjectNode> list(String apiVersion, String kind) {
        ResourceKind known = kinds.require(apiVersion, kind);
        return at(known, version).values().stream()
                .map(object -> copy(known, apiVersion, object))
                .toList();
    }

    /** The resourceVersion of the newest write. */
    public String resourceVersion() {
        return Long.toString(version);
    }

    /** Drops all history, as etcd's compaction does: a watch or list from an older version gets 410. */
    public synchronized void compact() {
        collections.values().forEach(collection -> collection.compact(version));
    }

    /** The resourceVersion of the newest write as a number. */
    public long version() {
        return version;
    }

    /** Calls {@code listener} after each write, under the write's lock; it must not block. */
    public void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    /** The stored object, to be read only. */
    public synchronized Optional<ObjectNode> find(ResourceKind kind, ObjectKey key) {
        return collection(kind).find(key);
    }

    /** The stored object, to be read only; 404 when there is none. */
    public ObjectNode require(ResourceKind kind, ObjectKey key) {
        return find(kind, key).orElseThrow(() -> ApiException.notFound(kind, key.name()));
    }

    /** The objects of a kind at {@code version}, to be read only; 410 when its history is compacted. */
    public synchronized NavigableMap<ObjectKey, ObjectNode> at(ResourceKind kind, long version) {
        return collection(kind).at(version);
    }

    /** The first change of a kind after {@code version}; 410 when the history is compacted. */
    public Optional<Change> changeAfter(ResourceKind kind, long version) {
        return collection(kind).changeAfter(version);
    }

    /** The number of changes of a kind after {@code version}, counted up to {@code limit}. */
    public int countAfter(ResourceKind kind, long version, int limit) {
        return collection(kind).countAfter(version, limit);
    }

    /** Creates {@code sent} in {@code namespace}; 404, 409 or 422 when it must not be created. */
    public synchronized ObjectNode create(ResourceKind kind, String namespace, ObjectNode sent, boolean dryRun) {
        ObjectKey key = new ObjectKey(kind.namespaced() ? namespace : "", nameFor(kind, sent));
        if (kind.namespaced()) {
            require(kinds.require("v1", "Namespace"), new ObjectKey("", namespace));
        }
        ObjectNode object =
                ObjectRules.created(kind, key, sent, UUID.randomUUID().toString(), now());
        if (find(kind, key).isPresent()) {
            throw ApiException.alreadyExists(kind, key.name());
        }
        return dryRun ? object : commit(kind, key, null, object);
    }

    /** Replaces an object by what {@code edit} makes of a copy, its status excepted where it is a subresource. */
    public ObjectNode modify(ResourceKind kind, ObjectKey key, UnaryOperator<ObjectNode> edit, boolean dryRun) {
        return modify(kind, key, edit, ObjectRules::updated, dryRun);
    }

    /** Replaces the status of an object by that of what {@code edit} makes of a copy. */
    public ObjectNode modifyStatus(ResourceKind kind, ObjectKey key, UnaryOperator<ObjectNode> edit, boolean dryRun) {
        return modify(kind, key, edit, ObjectRules::statusUpdated, dryRun);
    }

    private interface Rule {
        ObjectNode apply(ResourceKind kind, ObjectNode before, ObjectNode sent);
    }

    @SuppressWarnings("ReferenceEquality") // a rule returns the same object when nothing changes
    private synchronized ObjectNode modify(
            ResourceKind kind, ObjectKey key, UnaryOperator<ObjectNode> edit, Rule rule, boolean dryRun) {
        ObjectNode before = require(kind, key);
        ObjectNode sent = edit.apply(copy(kind, kind.apiVersion(kind.preferredVersion()), before));
        checkVersion(kind, key, before, sent);
        if (kind.custom() && Metadata.of(sent).resourceVersion().isEmpty()) {
            throw ApiException.missingResourceVersion(kind, key.name());
        }
        ObjectNode after = rule.apply(kind, before, sent);
        if (after == before || dryRun) {
            return after;
        }
        Metadata metadata = Metadata.of(after);
        boolean finalized = metadata.isTerminating() && !metadata.hasFinalizers();
        return commit(kind, key, before, finalized ? null : after);
    }

    /** Deletes under the preconditions in {@code options}; returns the terminating or the last state. */
    public synchronized ObjectNode delete(ResourceKind kind, ObjectKey key, ObjectNode options, boolean dryRun) {
        ObjectNode before = require(kind, key);
        Metadata metadata = Metadata.of(before);
        JsonNode preconditions = options.path("preconditions");
        checkPrecondition(kind, key, "UID", preconditions.path("uid").asText(), metadata.uid());
        checkPrecondition(
                kind,
                key,
                "ResourceVersion",
                preconditions.path("resourceVersion").asText(),
                metadata.resourceVersion());
        if (dryRun || (metadata.hasFinalizers() && metadata.isTerminating())) {
            return before;
        }
        return commit(kind, key, before, metadata.hasFinalizers() ? ObjectRules.terminating(before, now()) : null);
    }

    private static void checkPrecondition(
            ResourceKind kind, ObjectKey key, String what, String expected, String current) {
        if (!expected.isEmpty() && !expected.equals(current)) {
            String cause = what.equals("UID") ? "deleted and then recreated" : "modified";
            String problem = "the %s in the precondition (%s) does not match the %s in record (%s)."
                    + " The object might have been %s";
            throw ApiException.preconditionFailed(
                    kind, key.name(), problem.formatted(what, expected, what, current, cause));
        }
    }

    private ObjectNode commit(
            ResourceKind kind, ObjectKey key, @Nullable ObjectNode before, @Nullable ObjectNode after) {
        long next = version + 1;
        if (after != null) {
            Metadata.of(after).resourceVersion(next);
        }
        Change change = new Change(next, kind, key, before, after);
        collection(kind).apply(change);
        version = next;
        listeners.forEach(listener -> listener.accept(change));
        return change.lastState();
    }

    private static void checkVersion(ResourceKind kind, ObjectKey key, ObjectNode before, ObjectNode sent) {
        Metadata current = Metadata.of(before);
        Metadata expected = Metadata.of(sent);
        if (!expected.resourceVersion().isEmpty() && !expected.resourceVersion().equals(current.resourceVersion())) {
            throw ApiException.conflict(
                    kind,
                    key.name(),
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
        if (!expected.uid().isEmpty() && !expected.uid().equals(current.uid())) {
            String problem = "Precondition failed: UID in precondition: %s, UID in object meta: %s";
            throw ApiException.conflict(kind, key.name(), problem.formatted(expected.uid(), current.uid()));
        }
    }

    private static String nameFor(ResourceKind kind, ObjectNode sent) {
        Metadata metadata = Metadata.of(sent);
        String prefix = metadata.node().path("generateName").asText();
        if (metadata.name().isEmpty() && prefix.isEmpty()) {
            FieldError error = FieldError.required("metadata.name", "name or generateName is required");
            throw ApiException.invalid(kind, "", List.of(error));
        }
        return metadata.name().isEmpty() ? prefix + randomSuffix() : metadata.name();
    }

    private static String randomSuffix() {
        return ThreadLocalRandom.current()
                .ints(5, 0, SUFFIX_CHARACTERS.length())
                .mapToObj(index -> SUFFIX_CHARACTERS.substring(index, index + 1))
                .collect(Collectors.joining());
    }

    private ObjectCollection collection(ResourceKind kind) {
        return collections.computeIfAbsent(kind.qualifiedName(), name -> new ObjectCollection(HISTORY_LENGTH));
    }

    private ResourceKind kindOf(ObjectNode object) {
        return kinds.require(
                object.path("apiVersion").asText(), object.path("kind").asText());
    }

    private static ObjectKey keyOf(ResourceKind kind, ObjectNode object) {
        Metadata metadata = Metadata.of(object);
        String namespace = metadata.namespace().isEmpty() ? "default" : metadata.namespace();
        return new ObjectKey(kind.namespaced() ? namespace : "", metadata.name());
    }

    private static ObjectNode copyLike(ResourceKind kind, ObjectNode like, ObjectNode object) {
        return copy(kind, like.path("apiVersion").asText(), object);
    }

    private static ObjectNode copy(ResourceKind kind, String apiVersion, ObjectNode object) {
        return kind.typed(
                object.deepCopy(), ResourceKinds.GroupVersion.parse(apiVersion).version());
    }

    private static ObjectNode named(String name) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", name);
        return object;
    }

    /** The current time as timestamps in metadata have it: to the second. */
    public String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
