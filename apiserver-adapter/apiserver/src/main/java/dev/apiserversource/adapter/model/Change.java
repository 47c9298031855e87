package dev.apiserversource.adapter.model;

import java.util.Optional;

/**
 * What Kubernetes told us of one object.
 *
 * @param kind what happened
 * @param target the stream it comes from
 * @param object the object it happened to
 * @param json the object as the API server sent it, UTF-8, with {@code apiVersion} and {@code kind}; empty when the change was derived
 *     or the target is metadata only. Shared, not to be written to.
 * @param derived whether the change was not seen but found out by comparing a list with what was known
 * @param before the state that was known before; empty when the object was not known
 */
@SuppressWarnings(
        "ArrayRecordComponent") // compared by nobody; a copy per change would double the cost of passing bytes through
public record Change(
        Kind kind,
        WatchTarget target,
        ObjectMetadata object,
        byte[] json,
        boolean derived,
        Optional<ObjectState> before) {

    /** A change of an object of which nothing was known. */
    public Change(Kind kind, WatchTarget target, ObjectMetadata object, byte[] json, boolean derived) {
        this(kind, target, object, json, derived, Optional.empty());
    }

    /** The three things that can happen to an object. */
    public enum Kind {
        /** It exists now, or entered the selection. */
        ADDED,
        /** It has a new state. */
        MODIFIED,
        /** It exists no more, or left the selection. */
        DELETED
    }
}
