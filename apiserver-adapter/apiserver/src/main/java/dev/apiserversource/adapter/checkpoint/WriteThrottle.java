package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Decides when the checkpoint is written. Soon after a state has changed, but at most once a second and at most
 * {@value #BYTES_PER_SECOND} bytes a second on average. Within a minute when only positions have moved. After a
 * failure, not before its backoff. One write at a time.
 */
final class WriteThrottle {

    /** The load that one adapter puts on the API server. */
    static final int BYTES_PER_SECOND = 128 * 1024;

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MAX_DELAY = Duration.ofSeconds(60);

    private final Timers timers;
    private final Backoff backoff;
    private final Supplier<Future<Integer>> write;
    private Instant notBefore = Instant.MIN;
    private @Nullable Instant due;
    private Timers.@Nullable Timer timer;
    private @Nullable Promise<Void> last;
    private boolean writing;
    private int failures;

    /** Throttles {@code write}, which returns how many bytes it wrote. */
    WriteThrottle(Timers timers, Backoff backoff, Supplier<Future<Integer>> write) {
        this.timers = timers;
        this.backoff = backoff;
        this.write = write;
    }

    /** A state has changed. */
    void soon() {
        dueAt(timers.now());
    }

    /** Only a position has moved. */
    void later() {
        dueAt(timers.now().plus(MAX_DELAY));
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

    private void dueAt(Instant wanted) {
        Instant at = wanted.isBefore(notBefore) ? notBefore : wanted;
        if (due == null || at.isBefore(due)) {
            due = at;
            schedule();
        }
    }

    private void schedule() {
        cancelTimer();
        if (due != null && !writing && last == null) {
            timer = timers.after(Duration.between(timers.now(), due), this::run);
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
        write.get().onSuccess(this::wrote).onFailure(this::failed);
    }

    private void wrote(int bytes) {
        failures = 0;
        Duration rest = Duration.ofMillis(bytes * 1000L / BYTES_PER_SECOND);
        pause(rest.compareTo(MIN_INTERVAL) > 0 ? rest : MIN_INTERVAL);
    }

    private void failed(Throwable failure) {
        failures++;
        due = timers.now();
        pause(backoff.before(failures));
    }

    private void pause(Duration rest) {
        writing = false;
        notBefore = timers.now().plus(rest);
        if (last != null) {
            writeLast(last);
        } else if (due != null) {
            due = due.isBefore(notBefore) ? notBefore : due;
            schedule();
        }
    }

    private void writeLast(Promise<Void> end) {
        if (due == null) {
            end.complete();
        } else {
            due = null;
            write.get().<Void>mapEmpty().onComplete(end);
        }
    }
}
