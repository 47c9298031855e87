package dev.apiserversource.frame.delivery;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs actions one after another and never nested: an action submitted by a running action starts after it. The stack
 * stays flat when each action completes at once and submits the next.
 */
final class Trampoline {

    private final Queue<Runnable> submitted = new ArrayDeque<>();
    private boolean running;

    /** Runs {@code action} now, or after the action that is running. Actions do not throw. */
    void run(Runnable action) {
        submitted.add(action);
        if (!running) {
            running = true;
            runAll();
        }
    }

    private void runAll() {
        try {
            for (Runnable next = submitted.poll(); next != null; next = submitted.poll()) {
                next.run();
            }
        } finally {
            running = false;
        }
    }
}
