package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.delivery.PendingEvents.PendingEvent;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps order and bounds. Events of one key reach the sink one at a time, in the order of their dispatch: the next is
 * sent when the one before has an outcome. Different keys never wait for each other.
 *
 * <p><b>Bounds.</b> {@link #hasCapacity} turns false once the pending events, or their bytes, reach the limit, and
 * while as many events as can be in flight wait for nothing but a slot. An event counts as the bytes of its data plus
 * 1 KiB. An event that is dispatched without capacity is accepted. Readers ask for capacity before each event, so the
 * bound is exceeded by one event at most.
 *
 * <p><b>Share of a key.</b> One key can use a sixteenth of the limits. Beyond that a newer {@link SupersedableEvent} is
 * accepted in place of the last one that waits. So a key whose events the sink does not take leaves room for others.
 * The event that is being sent is never superseded.
 *
 * <p>An outcome is never a failed future. The two failures that {@link Sink} declares end an event: {@link
 * Outcome#DEAD_LETTERED} or {@link Outcome#DROPPED}. Anything else, thrown or not, is a bug. The event stays pending
 * and is delivered again after 10 s, so a bug loses nothing.
 */
public final class Dispatcher {

    /** The wait after a failure that {@link Sink} does not declare. */
    private static final Duration RETRY_DELAY = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Sink sink;
    private final Timers timers;
    private final DeliveryMeters meters;
    private final PendingEvents pending;
    private final Trampoline trampoline = new Trampoline();
    private Supplier<List<String>> refusals = List::of;
    private PendingEvents.Backlog backlog = PendingEvents.Backlog.NONE;
    private @Nullable Drain drain;

    /** An event that a newer one of its key can supersede while it waits. */
    public interface SupersedableEvent {

        /** The event to be sent. It changes in {@link #supersede}, and at no other time. */
        CloudEvent event();

        /**
         * Whether this event is to be sent in place of {@code waiting}, too. It is asked when the key has used up its
         * share, before this event is accepted.
         *
         * @param waiting the last event of the key, not sent yet
         * @return true: this event stands for both from now on, and {@code waiting} ends as {@link
         *     Outcome#SUPERSEDED}. False: both have to be sent.
         */
        boolean supersede(SupersedableEvent waiting);
    }

    /** Every event has to be sent. */
    private record SingleEvent(CloudEvent event) implements SupersedableEvent {

        @Override
        public boolean supersede(SupersedableEvent waiting) {
            return false;
        }
    }

    private static final class DispatchedEvent extends PendingEvent {

        private final SupersedableEvent source;
        private final Sink sink;

        DispatchedEvent(String key, SupersedableEvent source, Sink sink, Duration dispatched) {
            super(key, dispatched);
            this.source = source;
            this.sink = sink;
        }

        @Override
        Future<Void> deliver() {
            return sink.deliver(event());
        }

        @Override
        CloudEvent event() {
            return source.event();
        }

        @Override
        boolean supersedes(PendingEvent waiting) {
            return waiting instanceof DispatchedEvent older && source.supersede(older.source);
        }
    }

    /**
     * A dispatcher in front of {@code sink}, which is expected to retry by itself.
     *
     * @param settings only the limits of pending events are read
     * @param timers of the event loop that makes all calls
     * @param registry receives the gauges of pending events and the counter of outcomes
     */
    public Dispatcher(Sink sink, DeliverySettings settings, Timers timers, MeterRegistry registry) {
        DeliverySettings.Limits limits = settings.limits();
        this.sink = sink;
        this.timers = timers;
        this.pending = new PendingEvents(limits.maxPendingEvents(), limits.maxPendingBytes(), () -> backlog.free());
        this.meters = new DeliveryMeters(registry);
        meters.registerPending(pending, timers);
    }

    /**
     * Takes responsibility for {@code event}, with or without capacity.
     *
     * @param key order is kept among the events of a key
     * @return the outcome; never fails. After a drain it is {@link Outcome#PENDING_AT_STOP} immediately.
     */
    public Future<Outcome> dispatch(String key, CloudEvent event) {
        return dispatch(key, new SingleEvent(event));
    }

    /** The same for an event that can supersede an earlier one of its key. */
    public Future<Outcome> dispatch(String key, SupersedableEvent event) {
        return dispatch(new DispatchedEvent(key, event, sink, timers.uptime()));
    }

    /** The same for an event that has a sink of its own, which is expected to retry by itself. */
    public Future<Outcome> dispatch(String key, CloudEvent event, Sink ownSink) {
        return dispatch(new DispatchedEvent(key, new SingleEvent(event), ownSink, timers.uptime()));
    }

    private Future<Outcome> dispatch(PendingEvent entry) {
        if (drain != null && drain.isOver()) {
            complete(entry, Outcome.PENDING_AT_STOP);
        } else {
            accept(entry);
        }
        return entry.outcome();
    }

    private void accept(PendingEvent entry) {
        PendingEvent superseded = pending.removeSuperseded(entry);
        if (pending.add(entry)) {
            send(entry);
        }
        if (superseded != null) {
            complete(superseded, Outcome.SUPERSEDED);
            trampoline.run(pending::runWaiters); // it can have been the larger one
        }
    }

    /** Whether a reader can fetch more. */
    public boolean hasCapacity() {
        return pending.hasCapacity();
    }

    /**
     * Runs {@code action} once there is capacity: now if there is and no other action waits, else in order of arrival.
     * Each outcome runs at most one action per free slot, and all of them once nothing is pending. So an action that
     * dispatches nothing cannot starve the others. During and after a drain actions are dropped.
     */
    public void whenCapacity(Runnable action) {
        pending.whenCapacity(action);
    }

    /** How many events have no outcome yet. */
    public int pendingEvents() {
        return pending.count();
    }

    /** The sinks that answer and take no events, one sentence each, without URLs. */
    public List<String> refusals() {
        return refusals.get();
    }

    /** There is no capacity while as many attempts wait for a slot of {@code limit} as can be in flight. */
    void observe(LimitedSink.Limit limit) {
        backlog = limit::backlogLeft;
        limit.onEnded(pending::runWaiters);
    }

    void observeRefusals(Supplier<List<String>> observed) {
        refusals = observed;
    }

    /**
     * Runs no more capacity actions, and completes once nothing is pending or {@code timeout} has passed. What is
     * pending then ends as {@link Outcome#PENDING_AT_STOP}. Attempts in flight are not aborted: one can still reach the
     * sink while the event loop runs, without an effect here.
     *
     * @return how many events were pending at the timeout. A second call returns the same future and has no effect.
     */
    public Future<Integer> drain(Duration timeout) {
        if (drain == null) {
            pending.dropWaiters();
            drain = new Drain(timeout);
            drain.endIfNothingIsPending();
        }
        return drain.pendingAtStop.future();
    }

    private void send(PendingEvent entry) {
        trampoline.run(() -> Future.succeededFuture(entry)
                .compose(PendingEvent::deliver)
                .onComplete(delivery -> ended(entry, delivery)));
    }

    private void ended(PendingEvent entry, AsyncResult<Void> delivery) {
        if (!pending.contains(entry)) {
            return; // the drain timed out before
        }
        if (delivery.succeeded()) {
            settle(entry, Outcome.DELIVERED);
        } else {
            failed(entry, delivery.cause());
        }
    }

    private void failed(PendingEvent entry, Throwable failure) {
        if (failure instanceof DeadLetteringSink.DeadLetteredException) {
            settle(entry, Outcome.DEAD_LETTERED);
        } else if (failure instanceof DeliveryException) {
            DeliveryException.warning(log, entry.event(), failure).log("delivery failed, event dropped");
            settle(entry, Outcome.DROPPED);
        } else {
            retry(entry, failure);
        }
    }

    private void retry(PendingEvent entry, Throwable bug) {
        if (entry.firstFailure()) {
            log.atError()
                    .setCause(bug)
                    .addKeyValue("id", entry.event().getId())
                    .log("delivery failed unexpectedly, retrying");
        }
        timers.after(RETRY_DELAY, () -> {
            if (pending.contains(entry)) {
                send(entry);
            }
        });
    }

    private void settle(PendingEvent entry, Outcome outcome) {
        PendingEvent next = pending.remove(entry);
        complete(entry, outcome);
        if (next != null) {
            send(next);
        }
        pending.runWaiters();
        if (drain != null) {
            drain.endIfNothingIsPending();
        }
    }

    private void complete(PendingEvent entry, Outcome outcome) {
        try {
            meters.countOutcome(entry.event().getType(), outcome);
            entry.complete(outcome);
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("id", entry.event().getId()).log("outcome listener failed");
        }
    }

    /** A drain in progress, or over. */
    private final class Drain {

        private final Promise<Integer> pendingAtStop = Promise.promise();
        private final Timers.Timer deadline;

        Drain(Duration timeout) {
            this.deadline = timers.after(timeout, this::timedOut);
        }

        boolean isOver() {
            return pendingAtStop.future().isComplete();
        }

        void endIfNothingIsPending() {
            if (pending.isEmpty() && !isOver()) {
                deadline.cancel();
                pendingAtStop.complete(0);
            }
        }

        private void timedOut() {
            List<PendingEvent> left = pending.removeAll();
            pendingAtStop.complete(left.size()); // before the outcomes, whose listeners can dispatch
            left.forEach(entry -> complete(entry, Outcome.PENDING_AT_STOP));
        }
    }
}
