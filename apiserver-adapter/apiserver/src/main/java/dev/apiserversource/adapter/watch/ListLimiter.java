package dev.apiserversource.adapter.watch;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets a bounded number of streams list at a time. A list is the most expensive thing one can ask of an API server, and a thousand at
 * once would only wait for each other there, under the one priority level that all ServiceAccounts share.
 */
final class ListLimiter {

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int free;

    ListLimiter(int places) {
        this.free = places;
    }

    /** Runs {@code enter} when there is a place, in the order of asking; it is held until {@link #leave}. */
    void enter(Runnable enter) {
        if (free > 0) {
            free--;
            enter.run();
        } else {
            waiting.add(enter);
        }
    }

    /** Gives the place to the next. */
    void leave() {
        Runnable next = waiting.poll();
        if (next == null) {
            free++;
        } else {
            next.run();
        }
    }
}
