package dev.apiserversource.ping;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Writes the checkpoint a second after a change, at most every five seconds, and one at a time. While sources lag, it
 * is written every 30 s, so that their ticks count as due and not as missed after a restart.
 *
 * <p>It writes nothing before {@link #start}: while not all sources are listed, a checkpoint would count the ticks of
 * the others as settled.
 */
final class CheckpointWriter {

    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LAG_INTERVAL = Duration.ofSeconds(30);
    private static final Duration LAST_WRITE_TIMEOUT = Duration.ofSeconds(4);
    private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);

    private final CheckpointStore store;
    private final Supplier<Checkpoint> state;
    private final Timers timers;
    private final Backoff backoff;
    private Duration notBefore = Duration.ZERO;
    private Timers.@Nullable Timer timer;
    private @Nullable Future<Void> writing;
    private boolean started;
    private boolean dirty;
    private boolean closed;
    private int failures;

    /** Writes {@code state} to {@code store}; {@code backoff} follows failures. */
    CheckpointWriter(CheckpointStore store, Supplier<Checkpoint> state, Timers timers, Backoff backoff) {
        this.store = store;
        this.state = state;
        this.timers = timers;
        this.backoff = backoff;
    }

    /** The state is complete from now on. */
    void start() {
        started = true;
        dirty = true;
        schedule(FIRST_DELAY);
    }

    /** The state has changed. */
    void changed() {
        if (started && !dirty) {
            dirty = true;
            schedule(FIRST_DELAY);
        }
    }

    private void schedule(Duration delay) {
        if (closed || writing != null) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        Duration rest = notBefore.minus(timers.uptime());
        timer = timers.after(delay.compareTo(rest) > 0 ? delay : rest, this::write);
    }

    private void write() {
        timer = null;
        dirty = false;
        Checkpoint checkpoint = state.get();
        Future<Void> write = store.write(checkpoint);
        writing = write;
        write.onComplete(result -> {
            writing = null;
            if (result.succeeded()) {
                written(checkpoint);
            } else {
                failed(result.cause());
            }
        });
    }

    private void written(Checkpoint checkpoint) {
        if (failures > 0) {
            failures = 0;
            log.atInfo().log("checkpoint written again");
        }
        notBefore = timers.uptime().plus(MIN_INTERVAL);
        if (dirty) {
            schedule(Duration.ZERO);
        } else if (!checkpoint.lagging().isEmpty()) {
            schedule(LAG_INTERVAL);
        }
    }

    private void failed(Throwable failure) {
        if (failures++ == 0) {
            log.atWarn().addKeyValue("detail", failure.getMessage()).log("checkpoint write failed, retrying");
        }
        dirty = true;
        schedule(backoff.before(failures));
    }

    /** Writes once more, after any write that is under way; gives up after a few seconds. */
    Future<Void> close() {
        closed = true;
        if (!started) {
            return Future.succeededFuture();
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        Future<Void> before = writing == null ? Future.succeededFuture() : writing;
        return timers.within(LAST_WRITE_TIMEOUT, before.transform(done -> store.write(state.get())));
    }
}
