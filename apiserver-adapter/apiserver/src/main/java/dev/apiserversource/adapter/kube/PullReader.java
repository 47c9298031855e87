package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.json.ByteAccumulator;
import dev.apiserversource.adapter.json.MetadataParser;
import dev.apiserversource.frame.time.Timers;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One exchange with the API server, read no faster than there is room for what it says.
 *
 * <p>The body is worked off step by step. Before each step there must be {@link Capacity}; a new chunk is pulled only when the last one has
 * been used up. So a transfer holds one chunk, whatever the sink does, and the API server is slowed down by TCP.
 *
 * <p>Ends exactly once, with an {@link WatchFailure}, unless it is cancelled before. What had come before an end or a cut is worked off
 * first.
 */
public final class PullReader implements ApiClient.Answer {

    private static final int OK = 200;
    private static final int MOST_ERROR_BYTES = 16 * 1024;

    /** What is done with the answer. */
    public interface Body {

        /** The API server has accepted the request. */
        void opened();

        /** Takes the next chunk, after the last one has been used up. */
        void feed(byte[] chunk);

        /**
         * Works off one thing, if there is one.
         *
         * @return what came of it
         * @throws IOException when the bytes are not what was promised
         */
        Step advance() throws IOException;

        /** The transfer is over; nothing follows. */
        void closed(WatchFailure why);
    }

    /** What a body's step came to. */
    public sealed interface Step {

        /** One thing was worked off; there may be more. */
        record Advanced() implements Step {}

        /** More bytes are needed. */
        record Hungry() implements Step {}

        /** There is no sense in reading on. */
        record Interrupted(WatchFailure why) implements Step {}

        Step ADVANCED = new Advanced();
        Step HUNGRY = new Hungry();
    }

    /** An answer that is none; its body says why. */
    private record Refusal(int status, Optional<Duration> retryAfter) {}

    private final Capacity room;
    private final Timers timers;
    private final Duration patience;
    private final Body body;
    private final ByteAccumulator error = new ByteAccumulator();
    private ApiClient.@Nullable Exchange exchange;
    private Timers.@Nullable Timer watchdog;
    private @Nullable Instant hungrySince;
    private @Nullable WatchFailure outcome;
    private @Nullable Refusal refusal;
    private boolean awaitingRoom;
    private boolean closed;

    /** A transfer that is given up when the API server lets it wait for longer than {@code patience}. */
    public PullReader(Capacity room, Timers timers, Duration patience, Body body) {
        this.room = room;
        this.timers = timers;
        this.patience = patience;
        this.body = body;
    }

    public void start(ApiClient api, ApiRequest request) {
        exchange = api.get(request, this);
        hungrySince = timers.now();
        watch(patience);
    }

    /** Ends the transfer without a word. */
    public void cancel() {
        if (!closed) {
            closed = true;
            release();
        }
    }

    @Override
    public void head(int status, Optional<Duration> retryAfter) {
        if (closed) {
            return;
        }
        hungrySince = null;
        if (status == OK) {
            body.opened();
        } else {
            refusal = new Refusal(status, retryAfter);
        }
        work();
    }

    @Override
    public void chunk(byte[] bytes) {
        if (closed) {
            return;
        }
        hungrySince = null;
        if (refusal == null) {
            body.feed(bytes);
        } else if (error.length() < MOST_ERROR_BYTES) {
            error.append(bytes, 0, bytes.length);
        }
        work();
    }

    @Override
    public void end() {
        over(WatchFailure.of(WatchFailure.Cause.ENDED, "end of stream"));
    }

    @Override
    public void failed(Throwable cause) {
        over(WatchFailure.of(WatchFailure.Cause.CUT, String.valueOf(cause)));
    }

    private void over(WatchFailure why) {
        if (!closed && outcome == null) {
            outcome = why;
            hungrySince = null;
            work();
        }
    }

    /** Takes steps for as long as there is room and there are bytes; then asks for room, for bytes, or comes to the end. */
    private void work() {
        while (!closed) {
            if (refusal != null) {
                readRefusal();
                return;
            }
            if (!room.available()) {
                awaitRoom();
                return;
            }
            Step step = step();
            if (step instanceof Step.Interrupted interrupted) {
                close(interrupted.why());
            } else if (step instanceof Step.Hungry) {
                eat();
                return;
            }
        }
    }

    private void awaitRoom() {
        if (!awaitingRoom) {
            awaitingRoom = true;
            room.whenAvailable(() -> {
                awaitingRoom = false;
                work();
            });
        }
    }

    private Step step() {
        try {
            return body.advance();
        } catch (IOException malformed) {
            return new Step.Interrupted(
                    WatchFailure.of(WatchFailure.Cause.MALFORMED, String.valueOf(malformed.getMessage())));
        }
    }

    private void readRefusal() {
        if (outcome == null) {
            eat();
        } else if (refusal != null) {
            String message = MetadataParser.statusMessage(error.take());
            close(WatchFailure.ofStatus(refusal.status(), message, refusal.retryAfter()));
        }
    }

    private void eat() {
        if (outcome != null) {
            close(outcome);
        } else if (hungrySince == null && exchange != null) {
            hungrySince = timers.now();
            exchange.pull();
        }
    }

    /** One timer that looks after the wait from time to time, instead of one for each chunk. */
    private void watch(Duration delay) {
        watchdog = timers.after(delay, () -> {
            Duration left =
                    hungrySince == null ? patience : patience.minus(Duration.between(hungrySince, timers.now()));
            if (left.isNegative() || left.isZero()) {
                close(WatchFailure.of(WatchFailure.Cause.IDLE, "nothing came for " + patience.toSeconds() + " s"));
            } else {
                watch(left);
            }
        });
    }

    private void close(WatchFailure why) {
        closed = true;
        release();
        body.closed(why);
    }

    private void release() {
        if (watchdog != null) {
            watchdog.cancel();
        }
        if (exchange != null && outcome == null) {
            exchange.cancel();
        }
    }
}
