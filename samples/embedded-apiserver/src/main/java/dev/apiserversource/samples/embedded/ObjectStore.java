package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ObjectRules.Part;
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
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The objects of an embedded API server, in memory, with one counter of versions for all kinds. The public methods are
 * for tests: they do what the same request over HTTP would do, and refuse with an {@link ApiException}. Safe for use
 * by many threads; every write is one atomic step. What is handed out is a copy.
 */
public final class ObjectStore {

    private final Map<String, ObjectCollection> collections = new ConcurrentHashMap<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final Kinds kinds;
    private final Clock clock;
    private final Supplier<String> nameSuffix;
    private final int historyLength;
    private volatile long version;

    ObjectStore(Kinds kinds, Clock clock, Supplier<String> nameSuffix, int historyLength) {
        this.kinds = kinds;
        this.clock = clock;
        this.nameSuffix = nameSuffix;
        this.historyLength = historyLength;
        ResourceKind namespaces = kinds.require("v1", "Namespace");
        List.of("default", "kube-system", "kube-public", "kube-node-lease")
                .forEach(name -> create(namespaces, "", named(name), false));
    }

    /** Creates {@code object}, which has apiVersion, kind, name or generateName, and (default: default) a namespace. */
    public ObjectNode create(ObjectNode object) {
        ResourceKind kind = kindOf(object);
        return handOut(kind, object, create(kind, keyOf(kind, object).namespace(), object, false));
    }

    /** Replaces all but the status; a resourceVersion, where there is one, must be the present one. */
    public ObjectNode update(ObjectNode object) {
        return update(object, Part.OBJECT);
    }

    /** Replaces the status only. */
    public ObjectNode updateStatus(ObjectNode object) {
        return update(object, Part.STATUS);
    }

    /** Deletes, or, while there are finalizers, marks for deletion. */
    public void delete(String apiVersion, String kind, String namespace, String name) {
        delete(kinds.require(apiVersion, kind), new ObjectKey(namespace, name), Json.object(), false);
    }

    /** The object as a client would read it; {@code namespace} is empty for a cluster-scoped kind. */
    public Optional<ObjectNode> find(String apiVersion, String kind, String namespace, String name) {
        ResourceKind known = kinds.require(apiVersion, kind);
        return find(known, new ObjectKey(namespace, name)).map(found -> handOut(known, apiVersion, found));
    }

    /** All objects of a kind, of every namespace, by namespace and name. */
    public List<ObjectNode> list(String apiVersion, String kind) {
        ResourceKind known = kinds.require(apiVersion, kind);
        return at(known, version).values().stream()
                .map(object -> handOut(known, apiVersion, object))
                .toList();
    }

    /** The version of the newest write. */
    public String resourceVersion() {
        return Long.toString(version);
    }

    /** Forgets all history: whoever asks for what followed an older version gets 410. */
    public synchronized void compact() {
        collections.values().forEach(collection -> collection.history().forgetUpTo(version));
    }

    long version() {
        return version;
    }

    History history(ResourceKind kind) {
        return collection(kind).history();
    }

    /** Calls {@code listener} after each write, within the write's lock: it must not wait for anything. */
    void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    synchronized Optional<ObjectNode> find(ResourceKind kind, ObjectKey key) {
        return collection(kind).find(key);
    }

    ObjectNode require(ResourceKind kind, ObjectKey key) {
        return find(kind, key).orElseThrow(() -> ApiException.notFound(kind, key.name()));
    }

    /** The state of a kind at {@code then}; fails with 410 when that is forgotten. */
    synchronized NavigableMap<ObjectKey, ObjectNode> at(ResourceKind kind, long then) {
        return collection(kind).at(then);
    }

    synchronized ObjectNode create(ResourceKind kind, String namespace, ObjectNode sent, boolean dryRun) {
        ObjectKey key = new ObjectKey(kind.namespaced() ? namespace : "", nameFor(kind, sent));
        if (kind.namespaced()) {
            require(kinds.require("v1", "Namespace"), new ObjectKey("", namespace));
        }
        if (find(kind, key).isPresent()) {
            throw ApiException.alreadyExists(kind, key.name());
        }
        ObjectNode object =
                ObjectRules.created(kind, key, sent, UUID.randomUUID().toString(), now());
        return dryRun ? object : commit(kind, key, null, object);
    }

    /** Reads, lets {@code edit} work on a copy that has apiVersion and kind, checks and writes: one atomic step. */
    @SuppressWarnings("ReferenceEquality") // the rules hand the very same object back when nothing changes
    synchronized ObjectNode modify(
            ResourceKind kind, ObjectKey key, Part part, UnaryOperator<ObjectNode> edit, boolean dryRun) {
        ObjectNode before = require(kind, key);
        ObjectNode sent = edit.apply(handOut(kind, kind.preferredVersion(), before));
        checkPrecondition(kind, key, before, Metadata.of(sent).node());
        if (kind.custom() && Metadata.of(sent).resourceVersion().isEmpty()) {
            throw ApiException.invalid(
                    kind.qualifiedName(),
                    key.name(),
                    "metadata.resourceVersion",
                    "Invalid value: 0: must be specified for an update");
        }
        ObjectNode after = ObjectRules.updated(kind, before, sent, part);
        if (after == before || dryRun) {
            return after;
        }
        Metadata metadata = Metadata.of(after);
        boolean released = metadata.isTerminating() && !metadata.hasFinalizers();
        return commit(kind, key, before, released ? null : after);
    }

    /** Deletes under the preconditions that {@code options} may name; returns what is left or was last. */
    synchronized ObjectNode delete(ResourceKind kind, ObjectKey key, ObjectNode options, boolean dryRun) {
        ObjectNode before = require(kind, key);
        checkPrecondition(
                kind, key, before, options.path("preconditions") instanceof ObjectNode set ? set : Json.object());
        Metadata metadata = Metadata.of(before);
        if (dryRun || (metadata.hasFinalizers() && metadata.isTerminating())) {
            return before;
        }
        return commit(kind, key, before, metadata.hasFinalizers() ? ObjectRules.terminating(before, now()) : null);
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

    private ObjectNode update(ObjectNode object, Part part) {
        ResourceKind kind = kindOf(object);
        return handOut(kind, object, modify(kind, keyOf(kind, object), part, current -> object, false));
    }

    private static void checkPrecondition(ResourceKind kind, ObjectKey key, ObjectNode before, ObjectNode demanded) {
        Metadata present = Metadata.of(before);
        Metadata wanted = new Metadata(demanded);
        if (!wanted.resourceVersion().isEmpty() && !wanted.resourceVersion().equals(present.resourceVersion())) {
            throw ApiException.conflict(
                    kind,
                    key.name(),
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
        if (!wanted.uid().isEmpty() && !wanted.uid().equals(present.uid())) {
            throw ApiException.conflict(
                    kind,
                    key.name(),
                    "Precondition failed: UID in precondition: " + wanted.uid() + ", UID in object meta: "
                            + present.uid());
        }
    }

    private String nameFor(ResourceKind kind, ObjectNode sent) {
        Metadata metadata = Metadata.of(sent);
        String prefix = metadata.node().path("generateName").asText();
        if (metadata.name().isEmpty() && prefix.isEmpty()) {
            throw ApiException.invalid(
                    kind.kind(), "", "metadata.name", "Required value: name or generateName is required");
        }
        return metadata.name().isEmpty() ? prefix + nameSuffix.get() : metadata.name();
    }

    private ObjectCollection collection(ResourceKind kind) {
        return collections.computeIfAbsent(kind.qualifiedName(), name -> new ObjectCollection(historyLength));
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

    private static ObjectNode handOut(ResourceKind kind, ObjectNode like, ObjectNode object) {
        return handOut(kind, like.path("apiVersion").asText(), object);
    }

    private static ObjectNode handOut(ResourceKind kind, String apiVersion, ObjectNode object) {
        return kind.typed(
                object.deepCopy(), Kinds.GroupVersion.parse(apiVersion).version());
    }

    private static ObjectNode named(String name) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", name);
        return object;
    }

    /** The present, as objects have it: to the second. */
    String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
