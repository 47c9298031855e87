package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A process with the Lease, which renews it.
 *
 * <p><b>When is it surely ours?</b> Until a little before the end of its duration, counted from when the last renewal that succeeded was <em>begun</em>: nobody can have seen it earlier.
 *
 * <pre>
 *   renewal begun    written     seen by others                                      may be taken
 *   ────┼───────────────┼─────────────┼─────────────────────────────────┬──────────────┼──────►
 *       └────────── surely ours: duration − margin ─────────────────────┘              │
 *                                     └────────────── duration ────────────────────────┘
 * </pre>
 *
 * <p>After that it is suspended: what asks for leave waits. A renewal that succeeds ends that, because it is conditional on the version we wrote last.
 * When another version is found, its holder and the count of its transitions tell whether anybody else can have had it.
 */
public final class LeaseRenewer {

    private static final Logger log = LoggerFactory.getLogger(LeaseRenewer.class);

    /** This process itself may have stood still. */
    private static final String NONE = "no failure is known";

    private final LeaseSettings settings;
    private final LeaseStore store;
    private final Timers timers;
    private final @Nullable String address;
    private final Consumer<String> lost;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private LeaseRecord record;
    private ClockReading renewed;
    private String trouble = NONE;
    private boolean suspended;
    private boolean over;
    private Timers.@Nullable Timer renewal;
    private Timers.@Nullable Timer suspension;

    /** The Lease became {@code record} by a write that began at {@code begun}; {@code lost} is told once, when it is not ours any more. */
    public LeaseRenewer(
            LeaseSettings settings,
            LeaseStore store,
            Timers timers,
            @Nullable String address,
            LeaseRecord record,
            ClockReading begun,
            Consumer<String> lost) {
        this.settings = settings;
        this.store = store;
        this.timers = timers;
        this.address = address;
        this.record = record;
        this.renewed = begun;
        this.lost = lost;
    }

    public void begin() {
        schedule();
    }

    /** Whether nobody else can have the Lease at this moment. */
    public boolean isSure() {
        return !over && renewed.age(timers).compareTo(settings.sure()) < 0;
    }

    /** Runs {@code action} now, or when the Lease is surely ours again; never, when that does not come about. */
    public void whenSure(Runnable action) {
        if (isSure()) {
            action.run();
        } else if (!over) {
            waiting.add(action);
        }
    }

    public LeaderState standing() {
        if (over) {
            return new LeaderState.Over();
        }
        return suspended ? new LeaderState.Suspended(trouble) : new LeaderState.Active();
    }

    public int transitions() {
        return record.transitions();
    }

    /** Asks the cluster whether the Lease is ours at this moment; fails when that cannot be told. */
    public Future<Boolean> confirm() {
        return store.read().map(now -> {
            if (!over && !now.sameTenure(record)) {
                lose(now);
            }
            return !over;
        });
    }

    /** Gives the Lease back; nothing is sure any more from now on. */
    public Future<Void> release() {
        end();
        return write("", null).<Void>mapEmpty().recover(failure -> {
            if (!LeaseException.isConflict(failure)) {
                return Future.failedFuture(failure);
            }
            // A renewal was under way.
            return store.read().compose(now -> {
                boolean ours = now.sameTenure(record);
                record = ours ? now : record;
                return ours ? write("", null).mapEmpty() : Future.succeededFuture();
            });
        });
    }

    private Future<LeaseRecord> write(String holder, @Nullable String where) {
        return store.write(
                new LeaseUpdate(holder, where, record.transitions(), null, timers.now(), settings.duration()),
                record.version());
    }

    private void renew() {
        ClockReading begun = ClockReading.now(timers);
        write(settings.identity(), address)
                .onSuccess(now -> renewed(now, begun))
                .onFailure(this::notRenewed);
    }

    private void renewed(LeaseRecord now, ClockReading begun) {
        if (over) {
            return;
        }
        record = now;
        renewed = begun;
        trouble = NONE;
        schedule();
        if (!isSure()) {
            return; // The answer took so long that it is not sure again.
        }
        if (suspended) {
            suspended = false;
            log.atInfo()
                    .addKeyValue("lease", settings.text())
                    .log("resumed: the Lease is renewed and was ours all the time");
        }
        for (Runnable first = waiting.poll(); first != null; first = waiting.poll()) {
            first.run();
        }
    }

    private void schedule() {
        cancelTimers();
        renewal = timers.after(settings.renewEvery().minus(renewed.age(timers)), this::renew);
        suspension = timers.after(settings.sure().minus(renewed.age(timers)), this::suspend);
    }

    private void suspend() {
        if (!over && !isSure() && !suspended) {
            suspended = true;
            log.atWarn()
                    .addKeyValue("lease", settings.text())
                    .addKeyValue("since", renewed.clock())
                    .addKeyValue("detail", trouble)
                    .log("suspended: the Lease could not be renewed in time, events are held until it is");
        }
    }

    private void notRenewed(Throwable failure) {
        if (over) {
            return;
        }
        if (LeaseException.isConflict(failure)) {
            store.read().onSuccess(this::judge).onFailure(this::retry);
        } else {
            retry(failure);
        }
    }

    private void retry(Throwable failure) {
        String remedy = failure instanceof LeaseException lease ? lease.remedy() : "";
        if (trouble.equals(NONE)) {
            log.atWarn()
                    .addKeyValue("lease", settings.text())
                    .addKeyValue("detail", failure.getMessage() + remedy)
                    .log("the Lease cannot be renewed, trying again");
        }
        trouble = failure.getMessage() + remedy;
        if (!over) {
            renewal = timers.after(settings.retryEvery(), this::renew);
        }
    }

    private void judge(LeaseRecord now) {
        if (over) {
            return;
        }
        if (now.sameTenure(record)) {
            record = now;
            renew();
        } else {
            lose(now);
        }
    }

    private void lose(LeaseRecord now) {
        end();
        String whose = now.isFree() ? "is free" : "is held by " + now.holder();
        lost.accept("the Lease " + settings.text() + " was lost: it " + whose + ", " + now.transitions()
                + " transitions; not renewed for "
                + Duration.ofMillis(renewed.age(timers).toMillis()));
    }

    private void end() {
        over = true;
        waiting.clear();
        cancelTimers();
    }

    private void cancelTimers() {
        if (renewal != null) {
            renewal.cancel();
        }
        if (suspension != null) {
            suspension.cancel();
        }
    }
}
