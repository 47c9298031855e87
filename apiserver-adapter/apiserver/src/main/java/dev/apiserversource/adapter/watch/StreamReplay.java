package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceVersions;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.ReplayProgress;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.watch.WatchParser.WatchFrame;
import dev.apiserversource.frame.time.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Sends every object of a stream once more, while its watch continues: lists the target page by page, and emits each
 * object as an add.
 *
 * <p><b>Order.</b> An object is emitted only in the state that is indexed. That is the last that the stream has read,
 * and everything before it was emitted before. So nothing older follows what is newer, and no object follows its
 * delete, whatever the versions of the list and of the watch are. The list is newer than what earlier processes have
 * delivered, so what a resumed watch reads again is not replayed. An object in another state is awaited:
 *
 * <pre>
 *   listed state   indexed state   what follows
 *   newer          older or none   the watch brings the listed state, or a newer one: emitted behind it
 *   older          newer           listed again by its name, until the states are equal, or the watch brings a change
 *   older          none            it was deleted: listed again by its name, and not found
 * </pre>
 *
 * <p>The next page is requested when none is awaited. So an awaited object is found even if it changes all the time,
 * and a page at most is held in memory.
 */
final class StreamReplay {

    /** Small, so that few objects change until they are read. */
    private static final int MAX_PAGE_SIZE = 100;

    private static final Duration MIN_DELAY = Duration.ofMillis(200);
    private static final Duration MAX_LOOKUP_DELAY = Duration.ofSeconds(5);
    private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(60);
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(StreamReplay.class);

    private final WatchTarget target;
    private final StreamRules rules;
    private final StreamState state;
    private final StreamDependencies dependencies;
    private final ReplayPace pace;
    private final ChangeListener listener;
    private final String value;
    private final WatchParser parser;
    private final Backoff lookupDelay;
    private final Backoff retryDelay;

    /** By {@code namespace/name}, with what is to be run when the object is settled. */
    private final Map<String, Awaited> awaited = new LinkedHashMap<>();

    private final Queue<Awaited> lookups = new ArrayDeque<>();
    private @Nullable ReplayProgress progress;
    private String continueToken = "";
    private boolean listComplete;
    private boolean startsOver;
    private boolean logged;
    private int rounds;
    private int failures;
    private Duration nextLog = Duration.ZERO;

    /** Releases what the current step holds: a timer, or a turn and a request. */
    private Runnable release = () -> {};

    /**
     * The replay {@code value}, not started.
     *
     * @param detector of the stream
     * @param rules of the stream
     */
    StreamReplay(
            String value,
            ChangeDetector detector,
            StreamRules rules,
            StreamState state,
            StreamDependencies dependencies,
            Replays replays) {
        this.value = value;
        this.target = detector.target();
        this.rules = rules;
        this.state = state;
        this.dependencies = dependencies;
        this.pace = replays.pace();
        this.listener = replays.listener();
        this.parser = new WatchParser(target.resource());
        this.lookupDelay =
                new Backoff(MIN_DELAY, MAX_LOOKUP_DELAY, dependencies.settings().random());
        this.retryDelay =
                new Backoff(MIN_DELAY, MAX_RETRY_DELAY, dependencies.settings().random());
        detector.onRead(this::read);
    }

    /**
     * What the replays of a process share.
     *
     * @param pace bounds them
     * @param listener receives their objects
     */
    record Replays(ReplayPace pace, ChangeListener listener) {}

    /** An object that was listed in another state than the indexed one. */
    private record Awaited(ObjectMetadata object, Runnable settled) {

        /** Whether a state is as new as the listed one. What a resumed watch reads again is not. */
        boolean isReached(ObjectMetadata state) {
            return ResourceVersions.isNotNewer(object.resourceVersion(), state.resourceVersion());
        }
    }

    /** The stream sees every change. The first call begins the replay. */
    void watchOpened() {
        if (progress != null) {
            return;
        }
        ReplayProgress begun = ReplayProgress.of(state, value, dependencies.timers()::now);
        progress = begun;
        if (begun.isComplete()) {
            logged = true;
            return;
        }
        log(begun, begun.mark().upTo().isEmpty() ? "replay started" : "replay resumed");
        next(begun);
    }

    /** Reads nothing more. */
    void cancel() {
        Runnable held = release;
        release = () -> {};
        held.run();
    }

    private void next(ReplayProgress now) {
        if (!awaited.isEmpty()) {
            rounds++;
            lookups.addAll(awaited.values());
            after(lookupDelay.before(rounds), () -> lookUp(now));
        } else if (now.isOrdered() == startsOver) {
            // The first object out of order shows that those behind a stored mark may be before it.
            startsOver = !startsOver;
            beginList(now);
        } else if (listComplete) {
            now.endList();
            logIfComplete(now);
        } else {
            rounds = 0;
            requestPage(now);
        }
    }

    private void beginList(ReplayProgress now) {
        continueToken = "";
        listComplete = false;
        now.beginList();
        requestPage(now);
    }

    private void after(Duration delay, Runnable action) {
        release = dependencies.timers().after(delay, action)::cancel;
    }

    private void requestPage(ReplayProgress now) {
        int limit = Math.min(MAX_PAGE_SIZE, dependencies.settings().pageSize());
        request(() -> ApiRequest.list(target, limit, continueToken), new PageListener(now));
    }

    private void request(Supplier<ApiRequest> request, ListReader.Listener page) {
        ListLimiter.Permit turn = pace.turn();
        release = turn::release;
        turn.acquire(() -> {
            ReadLimits limits = new ReadLimits(pace, dependencies.limits().budget());
            PullReader reader = new PullReader(
                    limits, dependencies.timers(), dependencies.settings().idleTimeout(), new ListReader(parser, page));
            release = () -> {
                reader.cancel();
                turn.release();
            };
            reader.start(dependencies.api(), request.get());
        });
    }

    private final class PageListener implements ListReader.Listener {

        private final ReplayProgress now;

        PageListener(ReplayProgress now) {
            this.now = now;
        }

        @Override
        public boolean onItem(WatchParser.Item item, Capacity capacity) {
            return listed(now, item, capacity);
        }

        @Override
        public void onPage(WatchParser.ListEnd end) {
            cancel();
            failures = 0;
            continueToken = end.continueToken();
            listComplete = continueToken.isEmpty();
            logProgress(now);
            next(now);
        }

        @Override
        public void onClosed(WatchFailure failure) {
            cancel();
            if (failure.isHistoryGone()) {
                // The token has expired.
                continueToken = "";
            }
            // What was visited is left out.
            now.beginList();
            retry(failure, () -> requestPage(now));
        }
    }

    private void retry(WatchFailure failure, Runnable action) {
        failures++;
        if (failure.isLogged(failures)) {
            log.atWarn()
                    .addKeyValue("stream", target.id())
                    .addKeyValue("replay", value)
                    .addKeyValue("detail", failure.detail())
                    .log("replay interrupted, retrying");
        }
        after(retryDelay.before(failures), action);
    }

    /** Handles one object of a page; false when there is no capacity for it. */
    private boolean listed(ReplayProgress now, WatchParser.Item item, Capacity capacity) {
        ObjectMetadata object = item.object();
        String key = key(object);
        if (awaited.containsKey(key) || !now.isLeft(key)) {
            return true;
        }
        Optional<Change> change = change(object);
        if (change.isEmpty()) {
            now.skip(key);
        } else if (!isIndexed(object)) {
            awaited.put(key, new Awaited(object, now.visit(key)));
        } else if (capacity.available()) {
            emit(change.get().withJson(rules.data().of(item)), now.visit(key));
        } else {
            return false;
        }
        return true;
    }

    private static String key(ObjectMetadata object) {
        return object.namespace() + "/" + object.name();
    }

    /** The add that sends the object; empty when it is left out. */
    private Optional<Change> change(ObjectMetadata object) {
        Change change = new Change(Change.Kind.ADDED, target, object, false, Optional.empty());
        boolean left = state.isIgnored(object) || !rules.selects(object) || !rules.replays(change);
        return left ? Optional.empty() : Optional.of(change);
    }

    private boolean isIndexed(ObjectMetadata object) {
        ObjectState indexed = state.indexed(object.namespace(), object.name());
        return indexed != null && indexed.isStateOf(object);
    }

    private void emit(Change change, Runnable settled) {
        Runnable paced = pace.dispatched(change.json().length);
        listener.onReplay(change, value, () -> {
            rules.meters().replayed();
            settled.run();
            if (progress != null) {
                logIfComplete(progress);
            }
            paced.run();
        });
    }

    /** The watch has brought a change of an object, and it was emitted. One that is awaited follows. */
    private void read(WatchFrame.Changed frame) {
        Awaited object = awaited.isEmpty() ? null : awaited.get(key(frame.object()));
        if (object == null || !object.isReached(frame.object())) {
            return;
        }
        if (frame.kind() == Change.Kind.DELETED) {
            resolve(object).run();
        } else if (pace.hasRoom()) {
            // Without asking for capacity: a stream that waits for it all the time would never catch up with the list.
            emitAwaited(object, frame.object(), () -> rules.data().of(frame));
        }
    }

    private void emitAwaited(Awaited waiting, ObjectMetadata object, Supplier<byte[]> data) {
        Runnable settled = resolve(waiting);
        change(object).ifPresentOrElse(change -> emit(change.withJson(data.get()), settled), settled);
    }

    private boolean isAwaited(Awaited object) {
        return object.equals(awaited.get(key(object.object())));
    }

    private Runnable resolve(Awaited object) {
        awaited.remove(key(object.object()));
        return object.settled();
    }

    /** Lists the awaited objects by their names, one after the other. */
    private void lookUp(ReplayProgress now) {
        Awaited object = lookups.poll();
        while (object != null && !isAwaited(object)) {
            object = lookups.poll();
        }
        if (object == null) {
            next(now);
            return;
        }
        ObjectMetadata named = object.object();
        request(() -> ApiRequest.listOne(target, named.namespace(), named.name()), new LookupListener(now, object));
    }

    private final class LookupListener implements ListReader.Listener {

        private final ReplayProgress now;
        private final Awaited waiting;
        private boolean found;

        LookupListener(ReplayProgress now, Awaited waiting) {
            this.now = now;
            this.waiting = waiting;
        }

        @Override
        public boolean onItem(WatchParser.Item item, Capacity capacity) {
            found = true;
            if (!isAwaited(waiting) || !isIndexed(item.object())) {
                return true;
            }
            if (!capacity.available()) {
                return false;
            }
            emitAwaited(waiting, item.object(), () -> rules.data().of(item));
            return true;
        }

        @Override
        public void onPage(WatchParser.ListEnd end) {
            cancel();
            failures = 0;
            if (!found && end.continueToken().isEmpty() && isAwaited(waiting)) {
                resolve(waiting).run();
            }
            lookUp(now);
        }

        @Override
        public void onClosed(WatchFailure failure) {
            cancel();
            lookups.clear();
            retry(failure, () -> next(now));
        }
    }

    private void logProgress(ReplayProgress now) {
        Duration uptime = dependencies.timers().uptime();
        if (nextLog.isZero()) {
            nextLog = uptime.plus(LOG_INTERVAL);
        } else if (uptime.compareTo(nextLog) >= 0) {
            nextLog = uptime.plus(LOG_INTERVAL);
            log(now, "replay continues");
        }
    }

    private void logIfComplete(ReplayProgress now) {
        if (!logged && now.isComplete()) {
            logged = true;
            log(now, "replay complete");
        }
    }

    private void log(ReplayProgress now, String message) {
        log.atInfo()
                .addKeyValue("stream", target.id())
                .addKeyValue("replay", value)
                .addKeyValue("objects", now.mark().objects())
                .addKeyValue("indexedObjects", state.indexedObjects())
                .log(message);
    }
}
