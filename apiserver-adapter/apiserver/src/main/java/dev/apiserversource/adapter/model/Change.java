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
 */
@SuppressWarnings(
        "ArrayRecordComponent") // changes are never compared, and a copy for each would double the cost of its bytes
public record Change(
        Kind kind,
        WatchTarget target,
        ObjectMetadata object,
        byte[] json,
        boolean derived,
        Optional<ObjectState> before) {

    private static final byte[] NO_JSON = {};

    /** A change without the JSON of its object. */
    public Change(Kind kind, WatchTarget target, ObjectMetadata object, boolean derived, Optional<ObjectState> before) {
        this(kind, target, object, NO_JSON, derived, before);
    }

    /** The same change with the JSON of its object. */
    public Change withJson(byte[] newJson) {
        return new Change(kind, target, object, newJson, derived, before);
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
