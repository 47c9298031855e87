package dev.apiserversource.adapter.model;

import java.util.Optional;

/**
 * A change of one object, as a watch brought it or as a comparison found it.
 *
 * @param kind what happened
 * @param target the stream it was read by
 * @param object the object, in the state after the change; after a deletion, in the last state
 * @param json the object as the API server sent it, UTF-8, with {@code apiVersion} and {@code kind}. Empty when the
 *     change was derived or the target is metadata only. Shared: it must not be written to.
 * @param derived whether no watch brought the change and a comparison with a list found it
 * @param before the state that was known before; empty when the object was not known
 * @param previous the data of the object before the change, and before those that it supersedes; empty unless updates
 *     have it
 */
@SuppressWarnings(
        "ArrayRecordComponent") // changes are never compared, and a copy for each would double the cost of its bytes
public record Change(
        Kind kind,
        WatchTarget target,
        ObjectMetadata object,
        byte[] json,
        boolean derived,
        Optional<ObjectState> before,
        Optional<PreviousState> previous) {

    private static final byte[] NO_JSON = {};

    /** A change without the JSON of its object. */
    public Change(Kind kind, WatchTarget target, ObjectMetadata object, boolean derived, Optional<ObjectState> before) {
        this(kind, target, object, NO_JSON, derived, before, Optional.empty());
    }

    /** The same change of another kind. */
    public Change withKind(Kind newKind) {
        return new Change(newKind, target, object, json, derived, before, previous);
    }

    /** The same change with the JSON of its object. */
    public Change withJson(byte[] newJson) {
        return new Change(kind, target, object, newJson, derived, before, previous);
    }

    /** The same change without the JSON of its object. */
    public Change withoutJson() {
        return withJson(NO_JSON);
    }

    /** The same change with another previous state. */
    public Change withPrevious(Optional<PreviousState> newPrevious) {
        return new Change(kind, target, object, json, derived, before, newPrevious);
    }

    /** Whether its data is an envelope of the object and its previous state. */
    public boolean hasEnvelope() {
        return kind == Kind.MODIFIED && previous.isPresent();
    }

    /** What can happen to an object. */
    public enum Kind {
        /** It was created, or entered the selection. */
        ADDED,
        /** It has a new state. */
        MODIFIED,
        /** It was deleted, or left the selection. */
        DELETED
    }
}
