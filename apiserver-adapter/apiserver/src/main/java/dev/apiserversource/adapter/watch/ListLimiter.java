package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Limits how many streams list at the same time: an asynchronous semaphore. Lists are the most expensive requests to an
 * API server, and all ServiceAccounts share one priority level there.
 */
final class ListLimiter {

    private final Queue<Permit> waiting = new ArrayDeque<>();
    private final Queue<Permit> waitingInBackground = new ArrayDeque<>();
    private int available;
    private boolean closed;

    ListLimiter(int concurrentLists) {
        this.available = concurrentLists;
    }

    /** Grants no permit any more, so that no queued list is requested while the process stops. */
    void close() {
        closed = true;
        waiting.clear();
        waitingInBackground.clear();
    }

    /** A permit for one list, not acquired yet. */
    Permit permit() {
        return new Permit(waiting);
    }

    /** A permit for a list that no change waits for. It is granted when no other permit is waited for. */
    Permit backgroundPermit() {
        return new Permit(waitingInBackground);
    }

    /** The right to list. It is acquired and released once; while the list waits for capacity, it is not held. */
    final class Permit {

        private final Queue<Permit> queue;
        private Runnable acquired = () -> {};
        private boolean held;
        private boolean released;

        private Permit(Queue<Permit> queue) {
            this.queue = queue;
        }

        /** Runs {@code action} when the permit is granted: now if one is available, else in the order of the calls. */
        void acquire(Runnable action) {
            acquired = action;
            if (closed || released) {
                return;
            }
            if (available > 0) {
                available--;
                grant();
            } else {
                queue.add(this);
            }
        }

        /** Ends the use of the permit. One that is not granted leaves the queue. */
        void release() {
            released = true;
            passOn();
        }

        /**
         * {@code capacity} for the reader of the list. While the reader waits for it, another stream can have the
         * permit: the sink may be away for long. The reader continues with capacity and permit.
         */
        Capacity passedOnWhileWaitingFor(Capacity capacity) {
            return new Capacity() {
                @Override
                public boolean available() {
                    return capacity.available();
                }

                @Override
                public void whenAvailable(Runnable action) {
                    if (!released) {
                        passOn();
                    }
                    capacity.whenAvailable(() -> resume(action));
                }
            };
        }

        /** The watch that follows a streaming list has the reader of the list, and needs no permit. */
        private void resume(Runnable action) {
            if (released) {
                action.run();
            } else {
                acquire(action);
            }
        }

        /** Gives the permit to the stream that waits longest. */
        private void passOn() {
            if (!held) {
                queue.remove(this);
                return;
            }
            held = false;
            Permit next = waiting.isEmpty() ? waitingInBackground.poll() : waiting.poll();
            if (next == null) {
                available++;
            } else {
                next.grant();
            }
        }

        private void grant() {
            held = true;
            acquired.run();
        }
    }
}
