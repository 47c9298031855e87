package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.ResourceVersions;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.ReplayMark;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.frame.time.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;
import java.util.Optional;

/**
 * Lists and watches one target until it is stopped.
 *
 * <p>With a position the stream watches from there. Without one it lists the target, compares the list with the index
 * of objects, and watches from the list's resourceVersion. {@link WatchFailure} has the table of what follows each kind
 * of end.
 *
 * <pre>
 *   start ─┬─ no position ─► Queued ─ permit ─► Listing ─ complete ─► Watching
 *          │                   ▲                   │                   ▲    │
 *          └─ position ────────┼───────────────────┼───────────────────┤    │ ended
 *                              │                   ▼ failed            │    │ or failed
 *                              └─ no position ─ Waiting ─── position ──┘    │
 *                                                  ▲                        │
 *                                                  └────────────────────────┘
 * </pre>
 *
 * <p>While the API server is unreachable, Reconnecting follows Waiting.
 */
final class ResourceStream implements WatchReader.Listener, ListReader.Listener, PositionProbe.QuietStream {

    private static final Logger log = LoggerFactory.getLogger(ResourceStream.class);

    private final WatchTarget target;
    private final StreamDependencies dependencies;
    private final ListLimiter lists;
    private final ReconnectLimiter reconnects;
    private final StreamMeters meters;
    private final WatchParser parser;
    private final ChangeDetector detector;
    private final StreamState state;
    private final ChangeListener listener;
    private final StreamFailures failures;
    private final ListMode listMode;
    private final StreamAudit audit;
    private final RetryDelay retryDelay;
    private Optional<StreamReplay> replay = Optional.empty();
    private StreamPhase phase = new StreamPhase.Stopped();
    private OpenState openState = OpenState.NEVER_OPEN;
    private Optional<String> denial = Optional.empty();
    private Optional<String> refusal = Optional.empty();
    private boolean watchOpen;

    /** The timeout that was requested for the present watch, or for the streaming list before it. */
    private long watchSeconds;

    /** Whether the API server sends bookmarks for this resource. It has none without a watch cache. */
    private boolean bookmarks;

    /** The version of the last change. A resumed watch brings it again, which is no progress. */
    private String lastVersion = "";

    ResourceStream(
            StreamDependencies dependencies,
            Limiters limiters,
            StreamMeters meters,
            ChangeDetector detector,
            StreamState state,
            ChangeListener listener) {
        this.target = detector.target();
        this.dependencies = dependencies;
        this.lists = limiters.lists();
        this.reconnects = limiters.reconnects();
        this.meters = meters;
        this.detector = detector;
        this.state = state;
        this.listener = listener;
        this.failures = new StreamFailures(
                dependencies.timers(), dependencies.settings().watchTimeout());
        this.listMode = new ListMode(dependencies.timers());
        this.retryDelay = new RetryDelay(dependencies.settings().backoff());
        this.parser = new WatchParser(target.resource());
        this.audit = new StreamAudit(detector, state, dependencies, lists, meters, this::onClosed);
    }

    /**
     * What the streams of a process share to spare the API server.
     *
     * @param lists limits how many streams list at the same time
     * @param reconnects limits the requests to an unreachable API server
     */
    record Limiters(ListLimiter lists, ReconnectLimiter reconnects) {}

    /** What the stream is doing. A phase holds what only it uses, and releases that when the stream leaves it. */
    private sealed interface StreamPhase {

        void leave();

        /** Not started, or stopped. */
        record Stopped() implements StreamPhase {
            @Override
            public void leave() {}
        }

        /** Waits for the permit to list. */
        record Queued(ListLimiter.Permit permit) implements StreamPhase {

            Listing list(PullReader list, boolean streaming) {
                return new Listing(permit, list, streaming);
            }

            @Override
            public void leave() {
                permit.release();
            }
        }

        /** Reads a streaming list up to its bookmark, or one page of a list. */
        record Listing(ListLimiter.Permit permit, PullReader reader, boolean streaming) implements StreamPhase {

            Listing nextPage(PullReader page) {
                return new Listing(permit, page, streaming);
            }

            /** A streaming list becomes the watch that follows it. */
            Watching listed() {
                permit.release();
                return new Watching(reader);
            }

            @Override
            public void leave() {
                reader.cancel();
                permit.release();
            }
        }

        /** Reads a watch. */
        record Watching(PullReader reader) implements StreamPhase {
            @Override
            public void leave() {
                reader.cancel();
            }
        }

        /** Waits until the API server is reachable. */
        record Reconnecting(ReconnectLimiter.Turn turn) implements StreamPhase {
            @Override
            public void leave() {
                turn.cancel();
            }
        }

        /** Waits before the next list or watch. */
        record Waiting(Timers.Timer timer) implements StreamPhase {
            @Override
            public void leave() {
                timer.cancel();
            }
        }
    }

    /** Whether every change is seen. An open stream stays open between two watches. */
    private enum OpenState {
        NEVER_OPEN,
        OPEN,
        INTERRUPTED
    }

    @Override
    public WatchTarget target() {
        return target;
    }

    boolean isOpen() {
        return openState == OpenState.OPEN;
    }

    int indexedObjects() {
        return state.indexedObjects();
    }

    /** The right that the API server denies to this stream, in a sentence; empty when it denies none. */
    Optional<String> denial() {
        return denial;
    }

    /** What the API server does not accept of the requests; empty once it has accepted one. */
    Optional<String> refusal() {
        return refusal;
    }

    void start() {
        if (state.isResumed()) {
            log.atInfo()
                    .addKeyValue("stream", target.id())
                    .addKeyValue("position", state.position())
                    .addKeyValue("indexedObjects", indexedObjects())
                    .log("resumed from checkpoint");
            detector.gaps().resume();
            audit.request();
        } else {
            detector.gaps().start();
        }
        listOrWatch();
    }

    /** Before it starts: the replay that begins once the stream is open. */
    void replay(StreamReplay requested) {
        replay = Optional.of(requested);
    }

    /** How far the objects of the stream were replayed; empty when none ever were. */
    Optional<ReplayMark> replayed() {
        return state.replay();
    }

    /** Reads nothing more. Changes that were emitted are not affected. */
    void stop() {
        replay.ifPresent(StreamReplay::cancel);
        audit.cancel();
        enter(new StreamPhase.Stopped());
    }

    private void enter(StreamPhase next) {
        phase.leave();
        phase = next;
    }

    private void reconnect() {
        StreamPhase.Reconnecting reconnecting = new StreamPhase.Reconnecting(reconnects.turn());
        enter(reconnecting);
        reconnecting.turn().await(this::listOrWatch);
    }

    private void listOrWatch() {
        if (state.position().isEmpty()) {
            queue();
        } else {
            String from = state.resume();
            enter(new StreamPhase.Watching(watch(from, WatchReader.resumed(from, parser, detector, this))));
        }
    }

    private void queue() {
        StreamPhase.Queued queued = new StreamPhase.Queued(lists.permit());
        enter(queued);
        queued.permit().acquire(() -> list(queued));
    }

    private void list(StreamPhase.Queued queued) {
        detector.gaps().listing();
        if (listMode.isStreaming()) {
            listMode.requested();
            watchSeconds = dependencies.settings().nextListSeconds();
            ApiRequest request = ApiRequest.streamingList(target, watchSeconds);
            WatchReader decoder = WatchReader.streamingList(parser, detector, this);
            phase = queued.list(read(request, decoder, limits(queued.permit())), true);
        } else {
            detector.beginList();
            phase = queued.list(page("", queued.permit()), false);
        }
    }

    private PullReader page(String continueToken, ListLimiter.Permit permit) {
        ApiRequest request = ApiRequest.list(target, dependencies.settings().pageSize(), continueToken);
        return read(request, new ListReader(parser, this), limits(permit));
    }

    /** Those of a list, which does not keep its permit while it waits for capacity. */
    private ReadLimits limits(ListLimiter.Permit permit) {
        ReadLimits limits = dependencies.limits();
        return new ReadLimits(permit.passedOnWhileWaitingFor(limits.capacity()), limits.budget());
    }

    private PullReader watch(String resourceVersion, WatchReader decoder) {
        watchSeconds = dependencies.settings().nextWatchSeconds();
        return read(ApiRequest.watch(target, resourceVersion, watchSeconds), decoder, dependencies.limits());
    }

    private PullReader read(ApiRequest request, PullReader.ResponseDecoder decoder, ReadLimits limits) {
        PullReader reader = new PullReader(limits, dependencies.timers(), () -> idleTimeout(decoder), decoder);
        reader.start(dependencies.api(), request);
        return reader;
    }

    /** An open watch is silent between its bookmarks; without bookmarks, until it ends. A frame arrives at once. */
    private Duration idleTimeout(PullReader.ResponseDecoder decoder) {
        boolean silenceIsNormal = watchOpen && !bookmarks && !decoder.isUnitIncomplete();
        return silenceIsNormal
                ? StreamSettings.longestSilence(watchSeconds)
                : dependencies.settings().idleTimeout();
    }

    @Override
    public boolean isSilentFor(Duration duration) {
        return watchOpen
                && !bookmarks
                && phase instanceof StreamPhase.Watching watching
                && watching.reader().isSilentFor(duration);
    }

    @Override
    public void onServerAt(String resourceVersion) {
        if (ResourceVersions.isOlder(resourceVersion, state.position())) {
            onClosed(WatchFailure.of(
                    WatchFailure.Cause.RESET,
                    "the API server is at " + resourceVersion + ", before " + state.position()));
        }
    }

    @Override
    public void onAllSentUpTo(String resourceVersion) {
        if (ResourceVersions.isOlder(state.position(), resourceVersion)) {
            state.assumeReadUpTo(resourceVersion);
            failures.confirmed();
            audit.positionMoved();
        }
    }

    @Override
    public boolean onItem(WatchParser.Item item, Capacity capacity) {
        return detector.listed(item, capacity);
    }

    @Override
    public void onPage(WatchParser.ListEnd end) {
        if (!end.continueToken().isEmpty()) {
            // A page is read in this phase only: leaving it cancels the reader.
            StreamPhase.Listing listing = (StreamPhase.Listing) phase;
            phase = listing.nextPage(page(end.continueToken(), listing.permit()));
            return;
        }
        detector.endList();
        String version = end.resourceVersion();
        enter(new StreamPhase.Watching(watch(version, WatchReader.afterList(version, parser, detector, this))));
    }

    @Override
    public void onAccepted() {
        denial = Optional.empty();
        refusal = Optional.empty();
        listMode.accepted();
        reconnects.reachable();
    }

    @Override
    public void onOpened() {
        if (phase instanceof StreamPhase.Listing listing) {
            listMode.completed();
            phase = listing.listed();
        }
        watchOpen = true;
        failures.opened();
        detector.gaps().watchOpened();
        audit.watchOpened();
        replay.ifPresent(StreamReplay::watchOpened);
        if (openState != OpenState.OPEN) {
            openState = OpenState.OPEN;
            log.atInfo().addKeyValue("stream", target.id()).log("watch opened");
        }
    }

    @Override
    public void onListed(String resourceVersion) {
        state.listedUpTo(resourceVersion);
        failures.confirmed();
        detector.gaps().close(resourceVersion);
    }

    @Override
    public void onChange(String resourceVersion) {
        state.reading(resourceVersion);
        audit.positionMoved();
        if (resourceVersion.equals(lastVersion)) {
            failures.confirmed();
        } else {
            lastVersion = resourceVersion;
            failures.progressed();
        }
    }

    @Override
    public void onBookmark(String resourceVersion) {
        bookmarks = true;
        state.readUpTo(resourceVersion);
        failures.progressed();
        audit.positionMoved();
    }

    @Override
    public void onClosed(WatchFailure end) {
        if (isStreamingList() && end.cause() == WatchFailure.Cause.REFUSED) {
            listMode.refused();
            queue();
            return;
        }
        WatchFailure failure = failures.failed(end);
        detector.gaps().ended(failure);
        if (isStreamingList() && listMode.failed(failure)) {
            logged(Level.WARN, failure).log("streaming lists end early, listing in pages");
        }
        meters.interrupted(failure.label());
        audit.interrupted(failure);
        if (failures.leavesDoubt()) {
            audit.request();
        }
        leavePosition(failure);
        watchOpen = false;
        report(failure);
        if (failure.cause() == WatchFailure.Cause.CUT) {
            reconnects.unreachable();
        } else if (failure.isErrorStatus()) {
            reconnects.reachable();
        }
        Duration wait = retryDelay.after(failure, failures.inARow());
        enter(new StreamPhase.Waiting(dependencies.timers().after(wait, this::reconnect)));
    }

    private boolean isStreamingList() {
        return phase instanceof StreamPhase.Listing listing && listing.streaming();
    }

    /** Decides where the next watch begins: at the position, the proven one, the assumed one, or at none. */
    private void leavePosition(WatchFailure failure) {
        boolean lost = !state.position().isEmpty() && failures.losesPosition(failure);
        if (lost && failure.isHistoryGone() && state.returnToAssumedPosition()) {
            logged(Level.INFO, failure)
                    .addKeyValue("position", state.position())
                    .log("no history at the proven position, resuming at the assumed one");
            return;
        }
        if (failure.cause() != WatchFailure.Cause.ENDED) {
            state.returnToProvenPosition();
        }
        if (watchOpen && failure.hidesChanges()) {
            state.dropAssumedPosition();
        }
        if (lost) {
            losePosition(failure);
        }
    }

    private void losePosition(WatchFailure failure) {
        boolean nothingMissed = failure.isHistoryGone() && detector.gaps().watchedUntilNow();
        logged(nothingMissed ? Level.INFO : Level.WARN, failure).log("watch cannot be resumed, relisting");
        detector.gaps().open(failure.label(), state.position());
        state.losePosition();
        audit.cancel();
    }

    private void report(WatchFailure failure) {
        logInterruption(failure);
        boolean everOpen = openState != OpenState.NEVER_OPEN;
        if (everOpen && !failure.staysOpen(failures.inARow())) {
            openState = OpenState.INTERRUPTED;
        }
        String sentence = target.id() + ": " + failure.detail();
        if (failure.isRightMissing()) {
            denial = Optional.of(sentence);
        } else if (failure.isRequestRefused()) {
            refusal = Optional.of(sentence);
        }
        if (failure.isDenied(everOpen)) {
            listener.onDenied(sentence);
        }
    }

    private void logInterruption(WatchFailure failure) {
        if (failure.isLogged(failures.inARow())) {
            Level level = failure.exception().isPresent() ? Level.ERROR : Level.WARN;
            LoggingEventBuilder line = logged(level, failure).addKeyValue("failures", failures.inARow());
            failure.exception().map(line::setCause).orElse(line).log("watch interrupted, retrying");
        }
    }

    private LoggingEventBuilder logged(Level level, WatchFailure failure) {
        return log.atLevel(level)
                .addKeyValue("stream", target.id())
                .addKeyValue("reason", failure.label())
                .addKeyValue("detail", failure.detail());
    }
}
