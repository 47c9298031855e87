package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.ResourceVersions;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.frame.time.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;

/**
 * One list and watch of one target, for as long as the process lives.
 *
 * <p>The stream has a position: the resourceVersion up to which everything has been read. While it has one, any interruption is followed
 * by a watch from there. When it has none, at the start and when the API server has forgotten the history from there on (410), the target
 * is listed, compared with the known objects, and watched from the list's resourceVersion:
 *
 * <pre>
 *            no position                     position
 *   start ──► list ──────────► compare ──────► watch ◄──┐
 *              ▲                                 │ ended, cut, idle, error
 *              └──────────── 410, 404 ───────────┴──────┘ resume
 * </pre>
 */
final class ResourceStream implements WatchReader.Progress {

    /** Failures in a row of a kind that the position may be to blame for, before it is given up. */
    private static final int MOST_FRUITLESS_RESUMES = 5;

    private static final int LOG_EVERY = 10;
    private static final Logger log = LoggerFactory.getLogger(ResourceStream.class);

    private final WatchTarget target;
    private final StreamEnvironment environment;
    private final ListLimiter lists;
    private final StreamMeters events;
    private final WatchParser reader;
    private final ChangeDetector detector;
    private final Memory.StreamMemory memory;
    private final GapTracker continuity;
    private final RetryDelay waits;
    private Phase phase = new Phase.Stopped();
    private String position;
    private boolean streamingList = true;
    private boolean listing;
    private boolean open;
    private boolean everOpen;
    private int fruitless;

    ResourceStream(
            WatchTarget target,
            StreamEnvironment environment,
            ListLimiter lists,
            StreamMeters events,
            ChangeDetector detector,
            Memory.StreamMemory memory) {
        this.target = target;
        this.environment = environment;
        this.lists = lists;
        this.events = events;
        this.detector = detector;
        this.memory = memory;
        this.continuity = new GapTracker(target, events, detector);
        this.waits = new RetryDelay(environment.timers(), environment.settings().backoff());
        this.position = memory.resumption().map(Memory.Resumption::position).orElse("");
        this.reader = new WatchParser(target.resource());
    }

    /** What the stream is doing, and how to stop that. */
    private sealed interface Phase {

        void cancel();

        record Stopped() implements Phase {
            @Override
            public void cancel() {}
        }

        record Queued() implements Phase {
            @Override
            public void cancel() {}
        }

        record Waiting(Timers.Timer timer) implements Phase {
            @Override
            public void cancel() {
                timer.cancel();
            }
        }

        record Reading(PullReader transfer) implements Phase {
            @Override
            public void cancel() {
                transfer.cancel();
            }
        }
    }

    WatchTarget target() {
        return target;
    }

    /** Whether the stream sees every change; stays so while a watch that came to its end is being followed by the next. */
    boolean isOpen() {
        return open;
    }

    int knownObjects() {
        return detector.knownObjects();
    }

    void start() {
        memory.resumption().ifPresent(this::goOn);
        proceed();
    }

    private void goOn(Memory.Resumption kept) {
        log.atInfo()
                .addKeyValue("stream", target.id())
                .addKeyValue("position", position)
                .addKeyValue("knownObjects", knownObjects())
                .log("going on from the checkpoint");
        kept.untold().forEach(gap -> events.closedEarlier(target, gap));
        if (position.isEmpty()) {
            continuity.broken("unfinished", kept.gapFrom());
        }
    }

    /** Reads nothing more. What had been read and handed on is not affected. */
    void stop() {
        phase.cancel();
        phase = new Phase.Stopped();
        leaveTurnstile();
    }

    private void proceed() {
        if (position.isEmpty()) {
            phase = new Phase.Queued();
            lists.enter(this::list);
        } else {
            resume();
        }
    }

    private void list() {
        listing = true;
        if (phase instanceof Phase.Stopped) {
            leaveTurnstile();
        } else if (streamingList) {
            ApiRequest request =
                    ApiRequest.streamingList(target, environment.settings().nextWatchSeconds());
            transfer(request, WatchReader.listThenWatch(reader, detector, this));
        } else {
            detector.beginList();
            page("");
        }
    }

    private void page(String continueToken) {
        transfer(
                ApiRequest.list(target, environment.settings().pageSize(), continueToken),
                new ListPageReader(reader, detector, this::pageComplete, this::interrupted));
    }

    private void pageComplete(WatchParser.ListEnd end) {
        if (!end.continueToken().isEmpty()) {
            page(end.continueToken());
            return;
        }
        leaveTurnstile();
        detector.endList();
        watch(end.resourceVersion(), WatchReader.watchAfterList(end.resourceVersion(), reader, detector, this));
    }

    private void resume() {
        watch(position, WatchReader.resumedWatch(reader, detector, this));
    }

    private void watch(String resourceVersion, WatchReader reading) {
        transfer(
                ApiRequest.watch(target, resourceVersion, environment.settings().nextWatchSeconds()), reading);
    }

    private void transfer(ApiRequest request, PullReader.Body body) {
        PullReader transfer = new PullReader(
                environment.room(), environment.timers(), environment.settings().patience(), body);
        phase = new Phase.Reading(transfer);
        transfer.start(environment.api(), request);
    }

    @Override
    public void opened() {
        leaveTurnstile();
        waits.opened();
        everOpen = true;
        if (!open) {
            open = true;
            log.atInfo().addKeyValue("stream", target.id()).log("watch opened");
        }
    }

    @Override
    public void listedUpTo(String resourceVersion) {
        position = resourceVersion;
        memory.readUpTo(position);
        continuity.restored(position);
        fruitless = 0;
    }

    @Override
    public void readUpTo(String resourceVersion) {
        if (ResourceVersions.isOlder(resourceVersion, position)) {
            phase.cancel();
            interrupted(WatchFailure.of(
                    WatchFailure.Cause.RESET, "read up to " + position + ", and now comes " + resourceVersion));
            return;
        }
        position = resourceVersion;
        memory.readUpTo(position);
        waits.progressed();
        fruitless = 0;
    }

    @Override
    public void interrupted(WatchFailure why) {
        boolean refusedStreamingList = listing && streamingList && why.cause() == WatchFailure.Cause.REFUSED;
        leaveTurnstile();
        if (refusedStreamingList) {
            streamingList = false;
            proceed();
            return;
        }
        waits.interrupted();
        fruitless = why.cause().aboutContent() ? fruitless + 1 : 0;
        events.interrupted(why.label());
        reconsiderPosition(why);
        report(why);
        retryAfter(waits.after(why));
    }

    private void reconsiderPosition(WatchFailure why) {
        boolean lost = why.cause().endsHistory() || fruitless >= MOST_FRUITLESS_RESUMES;
        if (!position.isEmpty() && lost) {
            logged(why).log("the watch cannot be resumed: listing again and comparing with the known objects");
            continuity.broken(why.label(), position);
            position = "";
            memory.lostPosition();
        }
    }

    private void report(WatchFailure why) {
        WatchFailure.Cause cause = why.cause();
        if (cause == WatchFailure.Cause.ENDED
                || cause == WatchFailure.Cause.GONE
                || cause == WatchFailure.Cause.RESET) {
            return;
        }
        int failures = waits.failures();
        open = open && failures == 1 && !why.cause().definite();
        if (failures == 1 || failures % LOG_EVERY == 0) {
            logged(why).addKeyValue("failures", failures).log("watch interrupted, trying again");
        }
        if (why.cause().definite() || (!everOpen && why.cause() == WatchFailure.Cause.CUT)) {
            events.refused(target.id() + ": " + why.detail());
        }
    }

    private LoggingEventBuilder logged(WatchFailure why) {
        return log.atWarn()
                .addKeyValue("stream", target.id())
                .addKeyValue("reason", why.label())
                .addKeyValue("detail", why.detail());
    }

    private void retryAfter(Duration wait) {
        Timers.Timer timer = environment.timers().after(wait, this::proceed);
        phase = new Phase.Waiting(timer);
    }

    private void leaveTurnstile() {
        if (listing) {
            listing = false;
            lists.leave();
        }
    }
}
