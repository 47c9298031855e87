package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Decides when the checkpoint is written. A second after a state has changed, but at most every five seconds and at
 * most {@value #BYTES_PER_SECOND} bytes a second on average. Within two minutes when only positions have moved. After a
 * failure, not before its backoff. One write at a time.
 */
final class WriteThrottle {

    /** Half of what one adapter writes on average; the shards have the other half. */
    static final int BYTES_PER_SECOND = 1024;

    /** What settles within this time after the first change is in the same write. */
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(5);
    private static final Duration MAX_DELAY = Duration.ofSeconds(120);

    private final Timers timers;
    private final Backoff backoff;
    private final Supplier<Future<Void>> write;

    // Readings of Timers.uptime(): a clock that is set back must not stop the writes.
    private Duration notBefore = Duration.ZERO;
    private @Nullable Duration due;
    private Timers.@Nullable Timer timer;
    private @Nullable Promise<Void> last;
    private boolean writing;
    private int failures;
    private long charged;

    /** Throttles {@code write}, which {@linkplain #charge charges} what it writes. */
    WriteThrottle(Timers timers, Backoff backoff, Supplier<Future<Void>> write) {
        this.timers = timers;
        this.backoff = backoff;
        this.write = write;
    }

    /** A write of so many bytes begins, whether it succeeds or not. */
    void charge(int bytes) {
        charged += bytes;
    }

    /** A state has changed. */
    void soon() {
        dueAt(timers.uptime().plus(FIRST_DELAY));
    }

    /** Only a position has moved. */
    void later() {
        dueAt(timers.uptime().plus(MAX_DELAY));
    }

    /** Writes once more if there is something to write, after any write that is under way; nothing afterwards. */
    Future<Void> finish() {
        if (last == null) {
            last = Promise.promise();
            cancelTimer();
            if (!writing) {
                writeLast(last);
            }
        }
        return last.future();
    }

    private void dueAt(Duration wanted) {
        Duration at = later(wanted, notBefore);
        if (due == null || at.compareTo(due) < 0) {
            due = at;
            schedule();
        }
    }

    private void schedule() {
        cancelTimer();
        if (due != null && !writing && last == null) {
            timer = timers.after(due.minus(timers.uptime()), this::run);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void run() {
        timer = null;
        due = null;
        writing = true;
        attempt().onSuccess(done -> wrote()).onFailure(failure -> failed());
    }

    /** An exception of the write is a failure as any other. */
    private Future<Void> attempt() {
        charged = 0;
        return Future.<Void>succeededFuture().compose(start -> write.get());
    }

    private void wrote() {
        failures = 0;
        pause(later(rest(), MIN_INTERVAL));
    }

    private void failed() {
        failures++;
        due = timers.uptime();
        pause(later(rest(), backoff.before(failures)));
    }

    private Duration rest() {
        return Duration.ofMillis(charged * 1000L / BYTES_PER_SECOND);
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void pause(Duration rest) {
        writing = false;
        notBefore = timers.uptime().plus(rest);
        if (last != null) {
            writeLast(last);
        } else if (due != null) {
            due = later(due, notBefore);
            schedule();
        }
    }

    private void writeLast(Promise<Void> end) {
        if (due == null) {
            end.complete();
        } else {
            due = null;
            attempt().onComplete(end);
        }
    }
}
