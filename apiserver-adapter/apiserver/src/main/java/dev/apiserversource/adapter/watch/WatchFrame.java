package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;

import java.util.Optional;

/** One line of a watch, understood as far as needed. */
sealed interface WatchFrame {

    /**
     * A change of an object.
     *
     * @param kind what happened
     * @param object which object, and its state
     * @param json the object within the frame
     */
    record Changed(Change.Kind kind, ObjectMetadata object, ByteSlice json) implements WatchFrame {}

    /**
     * A progress mark: everything up to here has been sent.
     *
     * @param resourceVersion how far the watch has come
     * @param endsInitialEvents whether it closes the list part of a streaming list
     */
    record Bookmark(String resourceVersion, boolean endsInitialEvents) implements WatchFrame {}

    /**
     * The API server gives the watch up.
     *
     * @param code the HTTP status it would have answered with
     * @param message its reason, for the log
     * @param retryAfter the wait it asks for
     */
    record Failure(int code, String message, Optional<java.time.Duration> retryAfter) implements WatchFrame {}
}
