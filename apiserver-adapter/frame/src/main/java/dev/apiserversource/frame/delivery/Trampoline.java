package dev.apiserversource.frame.delivery;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs actions one after the other, never one inside another: an action asked for while one runs comes after it. Where an action
 * that ends at once would start the next, and that one the next, the stack stays flat.
 */
final class Trampoline {

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /** Runs {@code action} now, or after the action that is running; actions do not throw. */
    void take(Runnable action) {
        waiting.add(action);
        if (!running) {
            running = true;
            runAll();
        }
    }

    private void runAll() {
        try {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        } finally {
            running = false;
        }
    }
}
