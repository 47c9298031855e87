package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.ResourceVersions;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.IndexAudit;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.frame.time.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Audits a stream whose watch was resumed: lists its target in the background and compares the list with the index,
 * while the watch continues.
 *
 * <p>An API server accepts a watch from a version that it has not reached, and sends nothing (<a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#the-resourceversion-parameter">Kubernetes API
 * concepts</a>). So after etcd was restored from a backup, a resumed watch is silent until the old position is passed
 * again. A proxy or a bug can make a watch skip changes as well. Nothing of this is an error that a watch reports.
 *
 * <p>Each audit begins a few seconds after the watch is open. Its first page shows whether versions went back. The
 * whole list is read once in a few minutes at most, page by page, with a background permit. Metadata only, unless the
 * digests of the objects are to be learnt.
 */
final class StreamAudit {

    private static final Duration MIN_DELAY = Duration.ofSeconds(1);
    private static final Duration JITTER = Duration.ofSeconds(4);
    private static final Duration MIN_INTERVAL = Duration.ofMinutes(3);
    private static final Duration MIN_RETRY_DELAY = Duration.ofSeconds(5);
    private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(60);
    private static final int MAX_ATTEMPTS = 5;

    private static final Logger log = LoggerFactory.getLogger(StreamAudit.class);

    private final ChangeDetector detector;
    private final WatchTarget target;
    private final StreamState state;
    private final StreamDependencies dependencies;
    private final ListLimiter lists;
    private final StreamMeters meters;
    private final Consumer<WatchFailure> inconsistent;
    private final WatchParser parser;
    private final Backoff retryDelay;

    private boolean requested;
    private boolean running;
    private int attempts;
    private boolean wholeList;
    private Duration nextWholeList = Duration.ZERO;
    private @Nullable IndexAudit comparison;

    /** The version of the list when it is complete, and the stream has not read up to it. */
    private String listedVersion = "";

    /** Releases what the current step holds: a timer, or a permit and a request. */
    private Runnable release = () -> {};

    /**
     * An audit that was not requested.
     *
     * @param detector of the stream
     * @param inconsistent receives the reason why the position is lost, when the watch has missed something
     */
    StreamAudit(
            ChangeDetector detector,
            StreamState state,
            StreamDependencies dependencies,
            ListLimiter lists,
            StreamMeters meters,
            Consumer<WatchFailure> inconsistent) {
        this.detector = detector;
        WatchTarget watched = detector.target();
        this.target = detector.learnsFromWholeObjects() ? watched : watched.metadata();
        this.state = state;
        this.dependencies = dependencies;
        this.lists = lists;
        this.meters = meters;
        this.inconsistent = inconsistent;
        this.parser = new WatchParser(watched.resource());
        this.retryDelay = new Backoff(
                MIN_RETRY_DELAY, MAX_RETRY_DELAY, dependencies.settings().random());
    }

    /** The stream resumes, or its watches leave a doubt: it is audited once its watch is open. */
    void request() {
        cancel();
        requested = true;
    }

    /** The watch has ended, or was not opened. A clean end leaves no doubt by itself. */
    void interrupted(WatchFailure failure) {
        boolean noWatchPossible = failure.cause() == WatchFailure.Cause.AHEAD;
        if (noWatchPossible && !running) {
            start();
        } else if (!noWatchPossible && failure.cause() != WatchFailure.Cause.ENDED) {
            request();
        }
    }

    /** The watch is open. */
    void watchOpened() {
        if (requested) {
            start();
        }
    }

    /** The stream has read up to another position. */
    void positionMoved() {
        if (!listedVersion.isEmpty() && !ResourceVersions.isOlder(state.position(), listedVersion)) {
            conclude();
        }
    }

    /** Ends the audit without a result. */
    void cancel() {
        requested = false;
        running = false;
        endComparison();
    }

    private void endComparison() {
        comparison = null;
        listedVersion = "";
        state.endAudit();
        leave();
    }

    private void leave() {
        Runnable held = release;
        release = () -> {};
        held.run();
    }

    private void start() {
        cancel();
        // Versions without an order cannot be compared.
        if (ResourceVersions.isNotNewer(state.position(), state.position())) {
            running = true;
            attempts = 0;
            double jitter = dependencies.settings().random().nextDouble() * JITTER.toMillis();
            schedule(MIN_DELAY.plusMillis((long) jitter));
        }
    }

    private void schedule(Duration wait) {
        release = dependencies.timers().after(wait, this::queue)::cancel;
    }

    private void queue() {
        ListLimiter.Permit permit = lists.backgroundPermit();
        release = permit::release;
        permit.acquire(() -> list(permit));
    }

    private void list(ListLimiter.Permit permit) {
        wholeList = dependencies.timers().uptime().compareTo(nextWholeList) >= 0;
        comparison = state.beginAudit();
        list(permit, comparison, "");
    }

    private void list(ListLimiter.Permit permit, IndexAudit index, String continueToken) {
        int limit = wholeList ? dependencies.settings().pageSize() : 1;
        PullReader page = dependencies.readerWithoutCapacity(new ListReader(parser, new PageListener(permit, index)));
        release = () -> {
            page.cancel();
            permit.release();
        };
        page.start(dependencies.api(), ApiRequest.list(target, limit, continueToken));
    }

    private final class PageListener implements ListReader.Listener {

        private final ListLimiter.Permit permit;
        private final IndexAudit index;

        PageListener(ListLimiter.Permit permit, IndexAudit index) {
            this.permit = permit;
            this.index = index;
        }

        @Override
        public boolean onItem(WatchParser.Item item, Capacity capacity) {
            if (!state.isIgnored(item.object())) {
                index.listed(item.object());
                detector.learn(item);
            }
            return true;
        }

        @Override
        public void onPage(WatchParser.ListEnd end) {
            String version = end.resourceVersion();
            if (ResourceVersions.isOlder(version, index.position())) {
                fail(WatchFailure.Cause.RESET, "a list at " + version + " is older than " + index.position());
            } else if (index.hasMissedState()) {
                fail(WatchFailure.Cause.MISSED, "a list at " + version + " shows a state that was not watched");
            } else if (!wholeList) {
                endComparison();
                schedule(nextWholeList.minus(dependencies.timers().uptime()));
            } else if (end.continueToken().isEmpty()) {
                endList(index, version);
            } else {
                list(permit, index, end.continueToken());
            }
        }

        @Override
        public void onClosed(WatchFailure failure) {
            retry(failure.detail());
        }
    }

    private void endList(IndexAudit index, String version) {
        nextWholeList = dependencies.timers().uptime().plus(MIN_INTERVAL);
        if (!index.isConclusive()) {
            retry("too many objects were deleted meanwhile");
            return;
        }
        leave();
        index.endList();
        listedVersion = version;
        positionMoved();
    }

    /** The stream has read up to the list: what was not listed is deleted. */
    private void conclude() {
        if (comparison != null && comparison.hasMissedDelete()) {
            fail(WatchFailure.Cause.MISSED, "a list at " + listedVersion + " lacks an object that was not deleted");
        } else {
            meters.audited("consistent");
            cancel();
        }
    }

    private void fail(WatchFailure.Cause cause, String detail) {
        WatchFailure failure = WatchFailure.of(cause, detail);
        meters.audited(failure.label());
        cancel();
        inconsistent.accept(failure);
    }

    private void retry(String detail) {
        endComparison();
        attempts++;
        if (attempts < MAX_ATTEMPTS) {
            schedule(retryDelay.before(attempts));
            return;
        }
        meters.audited("failed");
        cancel();
        log.atWarn()
                .addKeyValue("stream", target.id())
                .addKeyValue("detail", detail)
                .log("audit failed, missed changes would not be found");
    }
}
