package dev.apiserversource.adapter.kube;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds the bytes that all readers of a process hold together: bytes that were read and not handed on, such as a frame
 * of which a part has arrived, or a change that waits for capacity.
 *
 * <p>What each reader holds up to {@link #FREE_BYTES} is not counted. With more, a reader pulls its next chunk only if
 * the sum stays within the bound.
 *
 * <p><b>No deadlock.</b> Without an exception, readers with half a frame each could use up the bound, and none could
 * complete its frame. So one reader at a time reads beyond the bound, until nothing of it is counted. It completes its
 * frame, however large, and hands it on when there is capacity. Then the next in order of arrival reads beyond the
 * bound. So the sum exceeds the bound by one object at most, and every reader makes progress when the sink does.
 */
public final class ReadBudget {

    /** What a reader holds freely: one HTTP/2 DATA frame, and one small object in it. */
    static final int FREE_BYTES = 32 * 1024;

    /** Reserved for the chunk that is pulled: the usual maximum of an HTTP/2 DATA frame. */
    static final int CHUNK = 16 * 1024;

    private final long maxBytes;
    private final Set<Share> waiting = new LinkedHashSet<>();
    private long heldBytes;
    private @Nullable Share beyondBound;

    /** A budget of {@code maxBytes} for all readers together. */
    public ReadBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The bytes that are counted. */
    public long heldBytes() {
        return heldBytes;
    }

    /** A share for one reader, which holds nothing yet. */
    Share share() {
        return new Share();
    }

    private void runWaiting() {
        while (!waiting.isEmpty()) {
            Share next = waiting.iterator().next();
            if (!next.isAllowed()) {
                return;
            }
            waiting.remove(next);
            next.grant();
        }
    }

    /** What one reader holds. */
    final class Share {

        private long held;
        private long counted;
        private Runnable pull = () -> {};

        /** The reader holds {@code bytes} now. */
        void hold(long bytes) {
            held = bytes;
            count(bytes);
            if (counted == 0 && beyondBound == this) {
                beyondBound = null;
            }
            runWaiting();
        }

        /** Runs {@code action}, which pulls one chunk, now or as soon as the budget allows. */
        void whenAvailable(Runnable action) {
            pull = action;
            if (isAllowed()) {
                grant();
            } else {
                waiting.add(this);
            }
        }

        /** The reader is closed. */
        void release() {
            waiting.remove(this);
            hold(0);
        }

        private boolean isAllowed() {
            return fits() || beyondBound == null || beyondBound == this;
        }

        /** Whether the next chunk stays within the bound. */
        private boolean fits() {
            long next = beyondFree(held + CHUNK);
            return next == 0 || heldBytes - counted + next <= maxBytes;
        }

        private void grant() {
            if (!fits()) {
                beyondBound = this;
            }
            count(held + CHUNK);
            pull.run();
        }

        private void count(long bytes) {
            heldBytes += beyondFree(bytes) - counted;
            counted = beyondFree(bytes);
        }

        private static long beyondFree(long bytes) {
            return Math.max(0, bytes - FREE_BYTES);
        }
    }
}
