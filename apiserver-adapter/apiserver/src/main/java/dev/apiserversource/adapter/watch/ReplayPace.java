package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Leaves the dispatcher, the sink and the API server to live changes. The replays of all streams of a process share it:
 * one of them lists at a time, they send {@value #EVENTS_PER_SECOND} events a second at most, and only a few of their
 * events are pending.
 */
final class ReplayPace implements Capacity {

    /** 100,000 objects take 200 s. */
    static final int EVENTS_PER_SECOND = 500;

    /** A sixteenth of what can be pending by default, and less than the concurrent attempts. */
    static final int MAX_PENDING = 64;

    /** The same share of the bytes. A larger event is sent alone. */
    static final int MAX_PENDING_BYTES = 1024 * 1024;

    private static final Duration WINDOW = Duration.ofMillis(100);
    private static final int EVENTS_PER_WINDOW = EVENTS_PER_SECOND / 10;

    private final Capacity dispatcher;
    private final Timers timers;
    private final ListLimiter turns = new ListLimiter(1);
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private Duration windowEnd = Duration.ZERO;
    private int inWindow;
    private int pending;
    private long pendingBytes;

    /** {@code dispatcher}: the capacity that live changes need. */
    ReplayPace(Capacity dispatcher, Timers timers) {
        this.dispatcher = dispatcher;
        this.timers = timers;
    }

    /** Grants no turn any more. */
    void close() {
        turns.close();
        waiting.clear();
    }

    /** The right to list, which passes from stream to stream with each page. */
    ListLimiter.Permit turn() {
        return turns.permit();
    }

    /** An event of {@code bytes} is dispatched. Returns what is to be run when it is settled. */
    Runnable dispatched(int bytes) {
        if (!isInWindow()) {
            windowEnd = timers.uptime().plus(WINDOW);
            inWindow = 0;
        }
        inWindow++;
        pending++;
        pendingBytes += bytes;
        return () -> {
            pending--;
            pendingBytes -= bytes;
            List<Runnable> woken = new ArrayList<>(waiting);
            waiting.clear();
            woken.forEach(Runnable::run);
        };
    }

    /** Whether few events of replays are pending. */
    boolean hasRoom() {
        return pending < MAX_PENDING && pendingBytes < MAX_PENDING_BYTES;
    }

    @Override
    public boolean available() {
        return hasRoom() && !isWindowUsedUp() && dispatcher.available();
    }

    @Override
    public void whenAvailable(Runnable action) {
        if (!hasRoom()) {
            waiting.add(action);
        } else if (isWindowUsedUp()) {
            timers.after(windowEnd.minus(timers.uptime()), action);
        } else {
            dispatcher.whenAvailable(action);
        }
    }

    private boolean isWindowUsedUp() {
        return isInWindow() && inWindow >= EVENTS_PER_WINDOW;
    }

    private boolean isInWindow() {
        return timers.uptime().compareTo(windowEnd) < 0;
    }
}
