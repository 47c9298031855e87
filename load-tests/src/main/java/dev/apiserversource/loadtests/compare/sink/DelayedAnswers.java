package dev.apiserversource.loadtests.compare.sink;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers after a delay, on a thread of its own: its waits are exact to some 50 µs, those of a selector to a
 * millisecond. The delay is the same for all, so they become due in order.
 */
final class DelayedAnswers {

    private record Due(long at, Runnable answer) {}

    private final BlockingQueue<Due> queue = new LinkedBlockingQueue<>();
    private final long delayNanos;

    DelayedAnswers(long delayNanos) {
        this.delayNanos = delayNanos;
        Thread thread = new Thread(this::run, "answers");
        thread.setDaemon(true);
        thread.start();
    }

    void add(long now, Runnable answer) {
        queue.add(new Due(now + delayNanos, answer));
    }

    private void run() {
        try {
            while (true) {
                Due next = queue.take();
                for (long wait = next.at - System.nanoTime(); wait > 0; wait = next.at - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                next.answer.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
