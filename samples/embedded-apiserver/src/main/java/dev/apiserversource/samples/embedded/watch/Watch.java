package dev.apiserversource.samples.embedded.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.fault.Faults;
import dev.apiserversource.samples.embedded.fault.ReceivedRequest;
import dev.apiserversource.samples.embedded.fault.ServerFault;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ListOptions;
import dev.apiserversource.samples.embedded.store.ObjectKey;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import dev.apiserversource.samples.embedded.store.ResourceKind;
import dev.apiserversource.samples.embedded.store.StoredChange;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One open watch. It has no queue: it keeps the version it has sent and reads what follows from the kind's history
 * when the client is writable. A slow client is a cursor that falls behind. When it is too far behind, the watch ends
 * cleanly and without an ERROR frame, as the real API server ends it. Runs on one event loop.
 */
final class Watch {

    /** Changes that a client which does not read may fall behind. */
    private static final int MAX_BEHIND = 1_000;

    private final WatchScope scope;
    private final ListOptions options;
    private final FrameSink sink;
    private final Faults faults;
    private final ReceivedRequest request;
    private final ObjectStore store;
    private final Deque<ObjectNode> initial = new ArrayDeque<>();
    private long cursor;
    private boolean initialEndPending;
    private boolean open = true;
    private Runnable onClosed = () -> {};

    Watch(
            WatchScope scope,
            ListOptions options,
            FrameSink sink,
            Faults faults,
            ReceivedRequest request,
            ObjectStore store) {
        this.scope = scope;
        this.options = options;
        this.sink = sink;
        this.faults = faults;
        this.request = request;
        this.store = store;
        sink.onDrain(this::pump);
        sink.onClose(this::close);
    }

    ResourceKind kind() {
        return scope.kind();
    }

    /** Calls {@code action} once, when the watch has ended. */
    void onClosed(Runnable action) {
        onClosed = action;
    }

    /** Starts at the existing objects or at the requested version and sends what there is. */
    void start() {
        try {
            begin();
        } catch (ApiException error) {
            fail(error);
        }
    }

    private void begin() {
        long asked = options.resourceVersion().orElse(0);
        if (faults.take(ServerFault.GONE_410, request)) {
            fail(ApiException.tooOld(asked, store.version()));
        } else if (faults.take(ServerFault.TOO_LARGE_VERSION, request)) {
            fail(ApiException.tooLargeResourceVersion(asked, store.version()));
        } else if (!options.sendInitialEvents() && faults.take(ServerFault.EMPTY_WATCH, request)) {
            finish();
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
        // The real API server sends this bookmark also to a watch without resourceVersion.
        initialEndPending = options.allowBookmarks()
                && (options.sendInitialEvents() || options.resourceVersion().isEmpty());
    }

    /** Sends as much as the client takes. Called after a change and when the client is writable again. */
    void pump() {
        try {
            while (open && !sink.isFull() && !faults.isOn(ServerFault.FREEZE_WATCH, request) && sendNext()) {
                // sendNext sends.
            }
            if (open && sink.isFull() && store.countAfter(scope.kind(), cursor, MAX_BEHIND) == MAX_BEHIND) {
                finish();
            }
        } catch (ApiException gone) {
            fail(gone);
        }
    }

    /** Sends a bookmark, if the client allows them and the initial events are sent. */
    void bookmark() {
        if (open && options.allowBookmarks() && initial.isEmpty() && !sink.isFull() && !isFrozen()) {
            pump();
            sendBookmark(false);
        }
    }

    /** Ends the watch after {@code timeoutSeconds}. */
    void timeOut() {
        if (open && !isFrozen()) {
            bookmark();
            finish();
        }
    }

    /** Ends the stream cleanly. */
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
        return faults.isOn(ServerFault.FREEZE_WATCH, request);
    }

    /** Sends one frame or skips one change; false when there is nothing to send now. */
    private boolean sendNext() {
        if (!initial.isEmpty()) {
            send("ADDED", scope.view().apply(initial.remove()));
            return true;
        }
        if (initialEndPending) {
            initialEndPending = false;
            sendBookmark(true);
            return true;
        }
        long newest = store.version();
        StoredChange next = store.changeAfter(scope.kind(), cursor).orElse(null);
        if (next == null) {
            cursor = Math.max(cursor, newest);
            return false;
        }
        return sendOrHold(next);
    }

    private boolean sendOrHold(StoredChange change) {
        String type = typeOf(change);
        if (type == null) {
            cursor = change.version();
            return true;
        }
        if (faults.isOn(ServerFault.BOOKMARKS_ONLY, request) || failsInsteadOf(change)) {
            return false;
        }
        cursor = change.version();
        ObjectNode object = type.equals("DELETED") ? change.lastBefore() : change.lastState();
        send(type, scope.view().apply(object));
        return true;
    }

    /** ADDED and DELETED also when an object starts or stops matching; null when the change is not covered. */
    private @Nullable String typeOf(StoredChange change) {
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

    private boolean failsInsteadOf(StoredChange change) {
        if (faults.take(ServerFault.CLOSE_WATCH, request)) {
            finish();
        } else if (faults.take(ServerFault.GONE_410, request)) {
            fail(ApiException.tooOld(cursor, store.version()));
        } else if (faults.take(ServerFault.ERROR_FRAME, request)) {
            fail(ApiException.internalError("etcdserver: leader changed"));
        } else if (faults.take(ServerFault.CUT_WATCH, request)) {
            closeConnection();
        } else if (faults.take(ServerFault.TRUNCATE_FRAME, request)) {
            Buffer whole = frame("MODIFIED", scope.view().apply(change.lastState()));
            sink.sendPart(whole.getBuffer(0, whole.length() / 2));
            closeConnection();
        }
        return !open;
    }

    private void closeConnection() {
        close();
        sink.closeConnection();
    }

    private void fail(ApiException error) {
        send("ERROR", error.status());
        finish();
    }

    private void sendBookmark(boolean initialEventsEnd) {
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(cursor));
        if (initialEventsEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        send("BOOKMARK", scope.view().apply(Json.object().set("metadata", metadata)));
    }

    private void send(String type, ObjectNode object) {
        if (faults.isOn(ServerFault.SPLIT_UTF8, request)) {
            sink.sendBytewise(frame(type, object));
        } else {
            sink.send(frame(type, object));
        }
    }

    private static Buffer frame(String type, ObjectNode object) {
        return Json.bytes(Json.object().put("type", type).set("object", object));
    }
}
