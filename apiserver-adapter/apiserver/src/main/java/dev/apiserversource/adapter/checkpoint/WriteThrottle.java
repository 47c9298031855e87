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
 * When a checkpoint is written: soon after a state has changed, but at most once a second and {@value #BYTES_PER_SECOND} bytes a second on
 * average; within a minute when only positions have moved; after a failure not before its backoff. One write at a time.
 */
final class WriteThrottle {

    /** What the API server may be burdened with by one adapter. */
    static final int BYTES_PER_SECOND = 128 * 1024;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Timers timers;
    private final Backoff backoff;
    private final Supplier<Future<Integer>> write;
    private Instant notBefore = Instant.MIN;
    private @Nullable Instant due;
    private Timers.@Nullable Timer timer;
    private @Nullable Promise<Void> last;
    private boolean writing;
    private int failures;

    /** A pace of {@code write}, which answers how many bytes it wrote. */
    WriteThrottle(Timers timers, Backoff backoff, Supplier<Future<Integer>> write) {
        this.timers = timers;
        this.backoff = backoff;
        this.write = write;
    }

    /** There is something to write. */
    void soon() {
        dueAt(timers.now());
    }

    /** There is something to write that does not matter much. */
    void later() {
        dueAt(timers.now().plus(LONGEST));
    }

    /** Writes once more, after the write under way, when there is something to write; nothing afterwards. */
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
        pause(rest.compareTo(SHORTEST) > 0 ? rest : SHORTEST);
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
