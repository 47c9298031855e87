package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.Delivery.OpenSink;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.Outcome;
import dev.apiserversource.frame.time.Timers;
import dev.apiserversource.ping.Checkpoint.Lag;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Dispatches each tick of each source when it is due, in the order of time. One timer, for the earliest tick, serves
 * all sources.
 *
 * <p><b>Order and bounds.</b> A source has one event in flight. Its next tick is dispatched when that one is settled,
 * however late. So what is pending is bounded by the number of sources, and a source whose sink is away delays no
 * other.
 *
 * <p><b>No tick is lost or repeated.</b> The {@link Checkpoint} says which ticks are settled. The next process begins
 * after them. What was due while no process ran is sent if it is at most {@link Checkpoint#HANDOVER} late, or within
 * {@code catchUp}. Only what was settled after the last write of the checkpoint is sent again, with the same id.
 */
final class TickScheduler {

    /** How many ticks are dispatched before the event loop does something else. */
    private static final int BATCH = 500;

    /** The clock can be set, and timers do not follow. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final Dispatcher dispatcher;
    private final Function<DeliverySettings, OpenSink> sinks;
    private final Timers timers;
    private final Runnable changed;
    private final Map<String, SourceTicks> sources = new HashMap<>();

    /** Those without an event in flight that have a next tick. */
    private final NavigableSet<SourceTicks> waiting = new TreeSet<>(
            Comparator.<SourceTicks, Instant>comparing(ticks -> ticks.next().orElse(Instant.MAX))
                    .thenComparing(ticks -> ticks.source().uid()));

    /** Of sources that are not read yet. */
    private final Map<String, Lag> restored = new HashMap<>();

    private Instant restoredThrough = Instant.EPOCH;
    private Timers.@Nullable Timer timer;
    private boolean draining;

    /**
     * A scheduler without sources.
     *
     * @param sinks opens the sink of a source
     * @param changed runs when a tick is due or settled, so that the checkpoint changes
     */
    TickScheduler(Dispatcher dispatcher, Function<DeliverySettings, OpenSink> sinks, Timers timers, Runnable changed) {
        this.dispatcher = dispatcher;
        this.sinks = sinks;
        this.timers = timers;
        this.changed = changed;
    }

    /** Begins where an earlier process ended. To be called before the first source. */
    void restore(Checkpoint checkpoint) {
        restoredThrough = checkpoint.through();
        restored.putAll(checkpoint.lagging());
    }

    /** Adds a source, or changes it. */
    void put(PingSource source) {
        SourceTicks known = sources.get(source.uid());
        if (known == null) {
            SourceTicks added = begin(source);
            sources.put(source.uid(), added);
            enqueue(added);
        } else {
            waiting.remove(known);
            known.change(source, timers.now());
            enqueue(known);
        }
    }

    private SourceTicks begin(PingSource source) {
        PingSource.Timetable timetable = source.timetable();
        Lag lag = restored.remove(source.uid());
        Instant through = later(restoredThrough, timetable.since());
        Instant settled = lag != null && lag.isOf(timetable) ? lag.settled() : through;
        Duration lateness =
                timetable.catchUp().compareTo(Checkpoint.HANDOVER) > 0 ? timetable.catchUp() : Checkpoint.HANDOVER;
        SourceTicks.Missed missed = new SourceTicks.Missed(through, timers.now().minus(lateness));
        return new SourceTicks(source, new SourceSink(sinks, source.delivery()), settled, missed);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Removes a source. An event in flight is dropped. */
    void remove(String uid) {
        restored.remove(uid);
        SourceTicks removed = sources.remove(uid);
        if (removed != null) {
            waiting.remove(removed);
            removed.sink().close();
        }
    }

    /** Forgets the ticks of restored sources that are not there any more. */
    void retainRestored(Predicate<String> exists) {
        restored.keySet().removeIf(uid -> !exists.test(uid));
    }

    private void enqueue(SourceTicks ticks) {
        if (!ticks.isInFlight() && ticks.next().isPresent()) {
            waiting.add(ticks);
            if (waiting.first() == ticks) {
                schedule();
            }
        }
    }

    private void schedule() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (!draining && !waiting.isEmpty()) {
            Duration wait =
                    Duration.between(timers.now(), waiting.first().next().orElseThrow());
            timer = timers.after(wait.compareTo(MAX_WAIT) < 0 ? wait : MAX_WAIT, this::run);
        }
    }

    private void run() {
        timer = null;
        Instant now = timers.now();
        for (int i = 0; i < BATCH && !waiting.isEmpty() && waiting.first().lags(now); i++) {
            dispatch(waiting.pollFirst());
        }
        schedule();
    }

    private void dispatch(SourceTicks ticks) {
        Instant tick = ticks.begin();
        changed.run();
        dispatcher
                .dispatch(ticks.source().uid(), ticks.source().events().at(tick), ticks.sink())
                .onSuccess(outcome -> ended(ticks, outcome));
    }

    private void ended(SourceTicks ticks, Outcome outcome) {
        if (!outcome.isSettled()) {
            return;
        }
        ticks.end();
        changed.run();
        if (sources.get(ticks.source().uid()) == ticks) {
            enqueue(ticks);
        }
    }

    /** What is settled now. */
    Checkpoint checkpoint() {
        Instant now = timers.now();
        Map<String, Lag> lagging = new HashMap<>(restored);
        sources.forEach((uid, ticks) -> {
            if (ticks.lags(now)) {
                lagging.put(uid, ticks.lag());
            }
        });
        return new Checkpoint(now, lagging);
    }

    /** How many sources send. */
    int sources() {
        return sources.size();
    }

    /** How many sources have a tick that is due and not settled. */
    long lagging() {
        Instant now = timers.now();
        return sources.values().stream().filter(ticks -> ticks.lags(now)).count();
    }

    /** The age of the earliest tick that is due and not settled; zero without one. */
    Duration lag() {
        Instant now = timers.now();
        return sources.values().stream()
                .flatMap(ticks -> ticks.next().stream())
                .min(Comparator.naturalOrder())
                .filter(tick -> !tick.isAfter(now))
                .map(tick -> Duration.between(tick, now))
                .orElse(Duration.ZERO);
    }

    /** Dispatches no more ticks. */
    void drain() {
        draining = true;
        schedule();
    }
}
