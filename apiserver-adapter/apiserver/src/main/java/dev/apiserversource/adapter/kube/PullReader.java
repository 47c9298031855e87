package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.json.ByteAccumulator;
import dev.apiserversource.adapter.json.MetadataParser;
import dev.apiserversource.frame.time.Timers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads one response of the API server, no further than there is capacity for what it contains.
 *
 * <pre>
 *   request ──► head ──► decode one unit ──► more input needed? ──► end: close
 *                         ▲   ▲      │              │
 *                         │   │      │ no capacity  │ yes
 *                         │   └── wait for it       │
 *                         └── chunk ◄──── pull ◄────┘
 * </pre>
 *
 * <p>Only a unit that emits a change needs {@link Capacity}. Without it the decoder keeps that one unit, and reads
 * nothing behind it. Bookmarks and unchanged objects need none, so the position moves while the sink is away. The next
 * chunk is pulled only when the previous one is used up, and the {@link ReadBudget} allows it. So a reader holds one
 * chunk and one unit however slow the sink is, and TCP slows the API server down.
 *
 * <p>A reader closes exactly once, with a {@link WatchFailure}, unless it is cancelled. Bytes that arrived before the
 * end of the response are decoded first.
 *
 * <p>An exception that the decoder should not throw closes the reader with {@link WatchFailure.Cause#INTERNAL}. The
 * unit that it failed on is not handled, nor is any behind it, so the next watch reads it again.
 */
public final class PullReader implements ApiClient.ResponseListener {

    private static final int OK = 200;
    private static final int MAX_ERROR_BYTES = 16 * 1024;

    /** Decodes the body of a successful response. */
    public interface ResponseDecoder {

        /** The API server has accepted the request: the status is 200. */
        void opened();

        /** Takes the next chunk. The previous one is used up. */
        void feed(byte[] chunk);

        /**
         * Decodes one unit, such as a frame, if one is complete. A unit that emits a change is handled only while
         * {@code capacity} is available. Until then the decoder keeps it, and the next call begins with it.
         *
         * @throws IOException if the bytes are not of the expected form
         */
        Step advance(Capacity capacity) throws IOException;

        /** Whether the beginning of a unit was read, and its end was not. */
        default boolean isUnitIncomplete() {
            return false;
        }

        /** Bytes that were fed, or hold a unit, and are not handled yet. */
        int heldBytes();

        /** The response is complete or failed. Last call, unless it throws: then the failure is reported instead. */
        void closed(WatchFailure failure);
    }

    /** Result of one decoding step. */
    public sealed interface Step {

        Step ADVANCED = new Advanced();
        Step NEED_MORE_INPUT = new NeedMoreInput();
        Step AWAIT_CAPACITY = new AwaitCapacity();

        /** {@link #ADVANCED} if the unit was handled, {@link #AWAIT_CAPACITY} if it is kept. */
        static Step handled(boolean handled) {
            return handled ? ADVANCED : AWAIT_CAPACITY;
        }

        /** One unit was decoded, and more may follow. */
        record Advanced() implements Step {}

        /** No complete unit is left in the chunk. */
        record NeedMoreInput() implements Step {}

        /** The next unit emits a change, and there is no capacity for it. */
        record AwaitCapacity() implements Step {}

        /** The response cannot be read any further. */
        record Failed(WatchFailure failure) implements Step {}
    }

    /** A response with a status other than 200. Its body holds a Status object. */
    private record ErrorResponse(int status, Optional<Duration> retryAfter) {}

    private static final Logger log = LoggerFactory.getLogger(PullReader.class);

    private final Capacity capacity;
    private final ReadBudget.Share share;
    private final Timers timers;
    private final Supplier<Duration> idleTimeout;
    private final ResponseDecoder decoder;
    private final ByteAccumulator errorBody = new ByteAccumulator();
    private ApiClient.@Nullable Exchange exchange;
    private Timers.@Nullable Timer idleTimer;
    private @Nullable Duration waitingSince;
    private @Nullable WatchFailure end;
    private @Nullable ErrorResponse error;
    private boolean awaitingCapacity;
    private boolean closed;

    /**
     * Creates a reader that is not started.
     *
     * @param idleTimeout how long the API server may keep the reader waiting, for the head or for a chunk
     */
    public PullReader(ReadLimits limits, Timers timers, Duration idleTimeout, ResponseDecoder decoder) {
        this(limits, timers, () -> idleTimeout, decoder);
    }

    /** The same with an idle timeout that can change while the response is read. */
    public PullReader(ReadLimits limits, Timers timers, Supplier<Duration> idleTimeout, ResponseDecoder decoder) {
        this.capacity = limits.capacity();
        this.share = limits.budget().share();
        this.timers = timers;
        this.idleTimeout = idleTimeout;
        this.decoder = decoder;
    }

    /** Sends the request. Call it once. */
    public void start(ApiClient api, ApiRequest request) {
        exchange = api.get(request, this);
        waitingSince = timers.uptime();
        Duration interval = idleTimeout.get();
        checkIdleAfter(interval, interval);
    }

    /** Whether the API server has sent nothing for {@code duration}, although the reader was waiting for data. */
    public boolean isSilentFor(Duration duration) {
        return waitingSince != null && !decoder.isUnitIncomplete() && silence().compareTo(duration) >= 0;
    }

    private Duration silence() {
        return waitingSince == null ? Duration.ZERO : timers.uptime().minus(waitingSince);
    }

    /** Closes the exchange without calling the decoder. Does nothing on a closed reader. */
    public void cancel() {
        if (!closed) {
            closed = true;
            release();
        }
    }

    @Override
    public void onHead(int status, Optional<Duration> retryAfter) {
        if (closed) {
            return;
        }
        waitingSince = null;
        if (status == OK) {
            guard(() -> {
                decoder.opened();
                advance();
            });
        } else {
            error = new ErrorResponse(status, retryAfter);
            guard(this::advance);
        }
    }

    @Override
    public void onChunk(byte[] bytes) {
        if (closed) {
            return;
        }
        waitingSince = null;
        guard(() -> {
            if (error == null) {
                decoder.feed(bytes);
            } else if (errorBody.length() < MAX_ERROR_BYTES) {
                errorBody.append(bytes, 0, bytes.length);
            }
            advance();
        });
    }

    @Override
    public void onEnd() {
        endWith(WatchFailure.of(WatchFailure.Cause.ENDED, "end of stream"));
    }

    @Override
    public void onFailure(Throwable cause) {
        endWith(WatchFailure.of(WatchFailure.Cause.CUT, String.valueOf(cause)));
    }

    private void endWith(WatchFailure failure) {
        if (!closed && end == null) {
            end = failure;
            waitingSince = null;
            guard(this::advance);
        }
    }

    /** Runs {@code action}. Whichever exception it throws, the reader closes, and the stream can retry. */
    private void guard(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            if (closed) {
                log.atError().setCause(e).log("exception after the end of a response");
            } else {
                close(WatchFailure.internal(e));
            }
        }
    }

    /** Decodes unit by unit. Then it waits for capacity, pulls a chunk, or closes. */
    private void advance() {
        while (!closed) {
            if (error != null) {
                readError(error);
                return;
            }
            Step step = step();
            if (step instanceof Step.Failed failed) {
                close(failed.failure());
            } else if (step instanceof Step.AwaitCapacity) {
                awaitCapacity();
                return;
            } else if (step instanceof Step.NeedMoreInput) {
                requestMore();
                return;
            }
        }
    }

    private void awaitCapacity() {
        share.hold(decoder.heldBytes());
        if (!awaitingCapacity) {
            awaitingCapacity = true;
            capacity.whenAvailable(() -> {
                awaitingCapacity = false;
                guard(this::advance);
            });
        }
    }

    private Step step() {
        try {
            return decoder.advance(capacity);
        } catch (IOException malformed) {
            return new Step.Failed(
                    WatchFailure.of(WatchFailure.Cause.MALFORMED, String.valueOf(malformed.getMessage())));
        }
    }

    private void readError(ErrorResponse response) {
        if (end == null) {
            requestMore();
        } else {
            String message = MetadataParser.statusMessage(errorBody.take());
            close(WatchFailure.ofStatus(response.status(), message, response.retryAfter()));
        }
    }

    private void requestMore() {
        if (end != null) {
            close(end);
        } else if (waitingSince == null) {
            share.hold(error == null ? decoder.heldBytes() : 0);
            share.whenAvailable(this::pull);
        }
    }

    private void pull() {
        if (exchange != null) {
            waitingSince = timers.uptime();
            exchange.pull();
        }
    }

    /**
     * One timer that checks the wait from time to time. A timer for each chunk would cost more. It checks every {@code
     * interval} at least, because the timeout can become shorter.
     */
    private void checkIdleAfter(Duration delay, Duration interval) {
        idleTimer = timers.after(delay, () -> {
            Duration timeout = idleTimeout.get();
            Duration left = timeout.minus(silence());
            if (left.isNegative() || left.isZero()) {
                String detail = "no data for " + timeout.toSeconds() + " s";
                guard(() -> close(WatchFailure.of(WatchFailure.Cause.IDLE, detail)));
            } else {
                checkIdleAfter(left.compareTo(interval) < 0 ? left : interval, interval);
            }
        });
    }

    private void close(WatchFailure failure) {
        closed = true;
        release();
        try {
            decoder.closed(failure);
        } catch (RuntimeException e) {
            decoder.closed(WatchFailure.internal(e));
        }
    }

    private void release() {
        share.release();
        if (idleTimer != null) {
            idleTimer.cancel();
        }
        if (exchange != null && end == null) {
            exchange.cancel();
        }
    }
}
