package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One open watch. It keeps no queue of its own: it remembers the version it has sent, and fetches what follows from
 * the kind's history whenever the client has room. A client that reads too slowly is thus a cursor that falls behind;
 * once too far behind, the watch ends, cleanly and without a word, as the real server's does. Runs on one event loop.
 */
final class Watch {

    private final WatchedScope scope;
    private final ListOptions options;
    private final FrameSink sink;
    private final Faults faults;
    private final ReceivedRequest request;
    private final int maxBehind;
    private final ObjectStore store;
    private final Deque<ObjectNode> initial = new ArrayDeque<>();
    private long cursor;
    private boolean initialEndDue;
    private boolean open = true;
    private Runnable onClosed = () -> {};

    Watch(
            WatchedScope scope,
            ListOptions options,
            FrameSink sink,
            Faults faults,
            ReceivedRequest request,
            int maxBehind,
            ObjectStore store) {
        this.scope = scope;
        this.options = options;
        this.sink = sink;
        this.faults = faults;
        this.request = request;
        this.maxBehind = maxBehind;
        this.store = store;
        sink.onRoom(this::pump);
        sink.onGone(this::close);
    }

    /** What is watched, and in which form it is sent. */
    record WatchedScope(ObjectView view, String namespace) {

        ResourceKind kind() {
            return view.kind();
        }

        boolean covers(ObjectKey key) {
            return namespace.isEmpty() || key.namespace().equals(namespace);
        }
    }

    ResourceKind kind() {
        return scope.kind();
    }

    /** Calls {@code action} once, when the watch has ended for whatever reason. */
    void onClosed(Runnable action) {
        onClosed = action;
    }

    /** Takes its bearings (existing objects or a version to resume from) and sends what there is. */
    void start() {
        try {
            begin();
        } catch (ApiException refusal) {
            fail(refusal);
        }
    }

    private void begin() {
        long asked = options.resourceVersion().orElse(0);
        if (faults.take(Fault.GONE_410, request)) {
            fail(ApiException.tooOld(asked, store.version()));
        } else if (faults.take(Fault.TOO_LARGE_VERSION, request)) {
            fail(ApiException.tooLargeResourceVersion(asked, store.version()));
        } else if (!options.startsFromState()) {
            cursor = asked;
            pump();
        } else if (asked > store.version()) {
            fail(ApiException.tooLargeResourceVersion(asked, store.version()));
        } else {
            startFromState();
            pump();
        }
    }

    private void startFromState() {
        cursor = store.version();
        store.at(scope.kind(), cursor).forEach((key, object) -> {
            if (scope.covers(key) && options.selector().test(object)) {
                initial.add(object);
            }
        });
        // The real server marks the end of the initial events also where they were not asked for by name.
        initialEndDue = options.allowBookmarks()
                && (options.sendInitialEvents() || options.resourceVersion().isEmpty());
    }

    /** Sends as much as the client takes; called whenever something has changed or there is room again. */
    void pump() {
        try {
            while (open && !sink.isFull() && !faults.isOn(Fault.FREEZE_WATCH, request) && sendNext()) {
                // Everything happens in sendNext.
            }
            if (open && sink.isFull() && store.history(scope.kind()).countAfter(cursor, maxBehind) == maxBehind) {
                finish();
            }
        } catch (ApiException gone) {
            fail(gone);
        }
    }

    /** Tells how far the watch has come, when the client wants to know and nothing is waiting. */
    void bookmark() {
        if (open && options.allowBookmarks() && initial.isEmpty() && !sink.isFull() && !isFrozen()) {
            pump();
            sendBookmark(false);
        }
    }

    /** The end that {@code timeoutSeconds} asked for. */
    void timeOut() {
        if (open && !isFrozen()) {
            bookmark();
            finish();
        }
    }

    /** Ends the stream, in order. */
    void finish() {
        if (open) {
            close();
            sink.end();
        }
    }

    private void close() {
        if (open) {
            open = false;
            onClosed.run();
        }
    }

    private boolean isFrozen() {
        return faults.isOn(Fault.FREEZE_WATCH, request);
    }

    /** Sends one frame or skips one change; false when there is nothing (more) to send for now. */
    private boolean sendNext() {
        if (!initial.isEmpty()) {
            send("ADDED", scope.view().one(initial.remove()));
            return true;
        }
        if (initialEndDue) {
            initialEndDue = false;
            sendBookmark(true);
            return true;
        }
        long settled = store.version();
        Change next = store.history(scope.kind()).after(cursor).orElse(null);
        if (next == null) {
            cursor = Math.max(cursor, settled);
            return false;
        }
        return sendOrHold(next);
    }

    private boolean sendOrHold(Change change) {
        String type = typeOf(change);
        if (type == null) {
            cursor = change.version();
            return true;
        }
        if (faults.isOn(Fault.BOOKMARKS_ONLY, request) || failsInsteadOf(change)) {
            return false;
        }
        cursor = change.version();
        ObjectNode object = type.equals("DELETED") ? change.lastBefore() : change.lastState();
        send(type, scope.view().one(object));
        return true;
    }

    /** ADDED and DELETED also for an object that begins or ceases to satisfy the selector; null: not our concern. */
    private @Nullable String typeOf(Change change) {
        boolean was = matches(change.key(), change.before());
        boolean is = matches(change.key(), change.after());
        if (is) {
            return was ? "MODIFIED" : "ADDED";
        }
        return was ? "DELETED" : null;
    }

    private boolean matches(ObjectKey key, @Nullable ObjectNode object) {
        return object != null && scope.covers(key) && options.selector().test(object);
    }

    private boolean failsInsteadOf(Change change) {
        if (faults.take(Fault.CLOSE_WATCH, request)) {
            finish();
        } else if (faults.take(Fault.GONE_410, request)) {
            fail(ApiException.tooOld(cursor, store.version()));
        } else if (faults.take(Fault.ERROR_FRAME, request)) {
            fail(ApiException.internalError("etcdserver: leader changed"));
        } else if (faults.take(Fault.CUT_WATCH, request)) {
            cut();
        } else if (faults.take(Fault.TRUNCATE_FRAME, request)) {
            Buffer whole = frame("MODIFIED", scope.view().one(change.lastState()));
            sink.fragment(whole.getBuffer(0, whole.length() / 2));
            cut();
        }
        return !open;
    }

    private void cut() {
        close();
        sink.cut();
    }

    private void fail(ApiException error) {
        send("ERROR", error.status());
        finish();
    }

    private void sendBookmark(boolean endOfInitial) {
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(cursor));
        if (endOfInitial) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        send("BOOKMARK", scope.view().one(Json.object().set("metadata", metadata)));
    }

    private void send(String type, ObjectNode object) {
        if (faults.isOn(Fault.SPLIT_UTF8, request)) {
            sink.splitFrame(frame(type, object));
        } else {
            sink.frame(frame(type, object));
        }
    }

    private static Buffer frame(String type, ObjectNode object) {
        return Json.bytes(Json.object().put("type", type).set("object", object));
    }
}
