package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps order and bounds. Events of one key reach the sink one at a time, in the order they were dispatched: the next is sent only
 * after the one before has ended. Different keys never wait for each other.
 *
 * <pre>
 *   last of each key                              held, in the order of dispatch: a1 b1 a2 a3
 *     a ----------------.                         (the first is the oldest without an outcome)
 *     b ---.            |
 *          v            v
 *          b1    a1 -> a2 -> a3                   the first of each chain is with the sink, the others wait
 * </pre>
 *
 * <p><b>Bounds.</b> {@link #hasRoom} turns false once the held events, or their bytes, reach the limit. An event counts as the bytes of its
 * data plus {@value #EVENT_OVERHEAD}. What is dispatched regardless is accepted, because a reader finishes the chunk it has in hand: the
 * bound is exceeded by at most one chunk per reader, as long as each waits for {@link #whenRoom} before it fetches the next.
 *
 * <p>An outcome is never a failed future. Whatever the sink fails with, or throws, is the end of that event: {@link Outcome#GIVEN_UP}, unless
 * it says that the dead letter sink has it.
 */
public final class Dispatcher {

    /** Bytes counted for an event besides its data: attributes and bookkeeping, roughly. */
    static final int EVENT_OVERHEAD = 1024;

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Sink sink;
    private final Timers timers;
    private final DeliveryMeters meters;
    private final PendingEvents held = new PendingEvents();
    private final EventCapacity room;
    private final Map<String, PendingEvent> lastOfKey = new HashMap<>();
    private final Trampoline turns = new Trampoline();
    private @Nullable Drain drain;

    /**
     * A dispatcher in front of {@code sink}, which is expected to retry by itself.
     *
     * @param settings read for the bounds only
     * @param timers of the event loop that everything here is called on
     * @param registry receives the gauges and the counter of outcomes
     */
    public Dispatcher(Sink sink, DeliverySettings settings, Timers timers, MeterRegistry registry) {
        this.sink = sink;
        this.timers = timers;
        this.room = new EventCapacity(held, settings.maxHeldEvents(), settings.maxHeldBytes());
        this.meters = new DeliveryMeters(registry);
        meters.watch(held, timers);
    }

    /**
     * Takes {@code event} over, whether or not there is room.
     *
     * @param key what order is kept within
     * @return how it ended; never fails. After a drain it is {@link Outcome#ABANDONED} at once.
     */
    public Future<Outcome> dispatch(String key, CloudEvent event) {
        PendingEvent entry = new PendingEvent(key, event, timers.now());
        if (drain != null && drain.isOver()) {
            end(entry, Outcome.ABANDONED);
            return entry.outcome();
        }
        held.add(entry);
        PendingEvent before = lastOfKey.put(key, entry);
        if (before == null) {
            send(entry);
        } else {
            before.followedBy(entry);
        }
        return entry.outcome();
    }

    /** Whether a reader may fetch more. */
    public boolean hasRoom() {
        return room.isFree();
    }

    /**
     * Runs {@code action} once there is room: now, if there is and nobody waits, else first come, first served. As many are woken as there are free places,
     * and everybody as soon as nothing is held, so that a woken reader with nothing to bring holds up nobody. During and after a drain
     * the action is dropped.
     */
    public void whenRoom(Runnable action) {
        room.whenFree(action);
    }

    /** When the oldest event without an outcome was dispatched; empty when nothing is held. */
    public Optional<Instant> oldestUnsettled() {
        return held.oldestSince();
    }

    /** How many events have no outcome yet. */
    public int heldEvents() {
        return held.count();
    }

    /** How many bytes these hold, as this class counts them. */
    public long heldBytes() {
        return held.bytes();
    }

    /**
     * Invites nobody any more, and ends when nothing is held or {@code limit} has passed; what is left then is abandoned. An attempt under way
     * is not broken off: it may still arrive, unheard, as long as the event loop runs.
     *
     * @return how many were abandoned; a second call answers the same future and changes nothing
     */
    public Future<Integer> drain(Duration limit) {
        if (drain == null) {
            room.close();
            drain = new Drain(timers.after(limit, this::abandon));
            drain.endIf(held.isEmpty());
        }
        return drain.abandoned();
    }

    /** How many keys are remembered: those of held events. */
    int keys() {
        return lastOfKey.size();
    }

    private void send(PendingEvent entry) {
        turns.take(() ->
                Future.succeededFuture(entry.event).compose(sink::deliver).onComplete(sent -> ended(entry, sent)));
    }

    private void ended(PendingEvent entry, AsyncResult<Void> sent) {
        if (!held.remove(entry)) {
            return; // abandoned meanwhile
        }
        PendingEvent next = entry.next();
        if (next == null) {
            lastOfKey.remove(entry.key);
        }
        end(entry, sent.succeeded() ? Outcome.DELIVERED : outcomeOf(entry, sent.cause()));
        if (next != null) {
            send(next);
        }
        room.wake();
        if (drain != null) {
            drain.endIf(held.isEmpty());
        }
    }

    private static Outcome outcomeOf(PendingEvent entry, Throwable failure) {
        if (failure instanceof DeadLetteredException) {
            return Outcome.DEAD_LETTERED;
        }
        FailureLine.of(log, entry.event, failure).log("event given up");
        return Outcome.GIVEN_UP;
    }

    private void end(PendingEvent entry, Outcome outcome) {
        try {
            meters.ended(entry.event.getType(), outcome);
            entry.end(outcome);
        } catch (RuntimeException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("id", entry.event.getId())
                    .log("whoever was told of an outcome failed");
        }
    }

    private void abandon() {
        List<PendingEvent> left = held.removeAll();
        lastOfKey.clear();
        if (drain != null) {
            drain.end(left.size()); // first, so that whoever is told below can bring nothing more
        }
        left.forEach(entry -> end(entry, Outcome.ABANDONED));
    }
}
