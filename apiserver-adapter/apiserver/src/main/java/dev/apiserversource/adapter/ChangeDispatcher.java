package dev.apiserversource.adapter;

import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.event.MergedChange;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.Dispatcher.SupersedableEvent;
import dev.apiserversource.frame.delivery.Outcome;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * Makes the events of changes and gaps, dispatches them, and settles the changes.
 *
 * <p>The key of a change is its object. Beyond the share of one key the newest change supersedes those that wait, as
 * {@link MergedChange} says. When it is settled, the gap of the object is reported.
 */
final class ChangeDispatcher {

    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);
    private static final Logger log = LoggerFactory.getLogger(ChangeDispatcher.class);

    private final EventFactory events;
    private final Predicate<CloudEvent> gaps;
    private final Dispatcher dispatcher;
    private final Timers timers;
    private final LimitedWarning superseding =
            new LimitedWarning("sink does not keep up with an object, states are superseded");
    private final LimitedWarning gapClosed = new LimitedWarning("gap of an object closed");

    /** {@code gaps} says which events of gaps are sent. Gaps of objects are logged in any case. */
    ChangeDispatcher(EventFactory events, Predicate<CloudEvent> gaps, Dispatcher dispatcher, Timers timers) {
        this.events = events;
        this.gaps = gaps;
        this.dispatcher = dispatcher;
        this.timers = timers;
    }

    void dispatch(Change change, PendingChange pending) {
        ChangeEvent event = new ChangeEvent(change, pending);
        dispatcher.dispatch(EventFactory.subject(change), event).onSuccess(event::ended);
        event.accepted();
    }

    /** The event of an object that is sent once more. It is never superseded, and there is one for each object. */
    void dispatchReplay(Change change, String replay, Runnable settled) {
        dispatch(EventFactory.subject(change), events.createReplay(change, replay, timers.now()), settled);
    }

    void dispatch(WatchTarget target, Gap gap, Runnable settled) {
        CloudEvent event = events.createGap(target, gap, timers.now());
        if (!gaps.test(event)) {
            settled.run();
            return;
        }
        dispatch(EventFactory.subject(target), events.overridden(event), settled);
    }

    private void dispatch(String key, CloudEvent event, Runnable settled) {
        dispatcher.dispatch(key, event).onSuccess(outcome -> {
            if (outcome.isSettled()) {
                settled.run();
            }
        });
    }

    /** The changes of the object do not wait for the event of its gap, which the sink may refuse. */
    private void report(MergedChange merged) {
        String object = EventFactory.subject(merged.change());
        gapClosed.log(object, merged);
        GapEvent event = new GapEvent(merged);
        if (gaps.test(event.plain)) {
            dispatcher.dispatch("gap " + object, event);
        }
    }

    /** The event of a change, or of the newest of several. */
    private final class ChangeEvent implements SupersedableEvent {

        private final Instant read = timers.now();
        private MergedChange merged;
        private PendingChange pending;
        private CloudEvent event;

        ChangeEvent(Change change, PendingChange pending) {
            this.merged = MergedChange.of(change);
            this.pending = pending;
            this.event = events.create(merged, read);
        }

        @Override
        public CloudEvent event() {
            return event;
        }

        @Override
        public boolean supersede(SupersedableEvent waiting) {
            return waiting instanceof ChangeEvent older
                    && older.merged
                            .supersededBy(merged.change(), older.pending.isPossiblyDelivered())
                            .map(both -> takePlaceOf(older, both))
                            .orElse(false);
        }

        private boolean takePlaceOf(ChangeEvent older, MergedChange both) {
            merged = both;
            pending = older.pending.supersededBy(pending);
            event = events.create(both, read);
            superseding.log(EventFactory.subject(both.change()), both);
            return true;
        }

        /** An envelope has a copy of the object. What supersedes this event has an object of its own. */
        void accepted() {
            if (merged.change().hasEnvelope()) {
                merged = merged.withoutJson();
            }
        }

        void ended(Outcome outcome) {
            if (outcome == Outcome.SUPERSEDED || !outcome.isSettled()) {
                return;
            }
            if (merged.superseded() > 0) {
                report(merged);
            }
            pending.run();
        }
    }

    /** The event of the gap of an object. Beyond the share of its key the next gap includes it. */
    private final class GapEvent implements SupersedableEvent {

        private final Instant closed = timers.now();
        private MergedChange merged;
        private CloudEvent plain;

        GapEvent(MergedChange merged) {
            this.merged = merged;
            this.plain = events.createGap(merged, closed);
        }

        @Override
        public CloudEvent event() {
            return events.overridden(plain);
        }

        @Override
        public boolean supersede(SupersedableEvent waiting) {
            if (waiting instanceof GapEvent earlier) {
                merged = merged.including(earlier.merged);
                plain = events.createGap(merged, closed);
                return true;
            }
            return false;
        }
    }

    /** Logged for the first object, then at most every {@link #LOG_INTERVAL}. */
    private final class LimitedWarning {

        private final String message;
        private Duration next = Duration.ZERO;
        private int suppressed;

        LimitedWarning(String message) {
            this.message = message;
        }

        void log(String object, MergedChange merged) {
            if (timers.uptime().compareTo(next) < 0) {
                suppressed++;
                return;
            }
            log.atWarn()
                    .addKeyValue("object", object)
                    .addKeyValue("from", merged.from())
                    .addKeyValue("to", merged.change().object().resourceVersion())
                    .addKeyValue("superseded", merged.superseded())
                    .addKeyValue("suppressed", suppressed)
                    .log(message);
            next = timers.uptime().plus(LOG_INTERVAL);
            suppressed = 0;
        }
    }
}
