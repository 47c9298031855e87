package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/** Everything that was started, closed in reverse order. Safe for use by a shutdown hook during start-up. */
final class CloseableStack implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CloseableStack.class);

    private final Deque<AutoCloseable> stack = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Object closing = new Object();

    /**
     * Adds {@code resource} and returns it.
     *
     * @throws QuickstartException when the stack is closed; {@code resource} has been closed then
     */
    synchronized <T extends AutoCloseable> T add(T resource) {
        if (isClosed()) {
            close(resource);
            throw new QuickstartException("interrupted");
        }
        stack.push(resource);
        return resource;
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Blocks until another thread calls {@link #close}; it returns before everything is closed. */
    void awaitClose() throws InterruptedException {
        closed.await();
    }

    /**
     * Closes the last resource first. A resource that fails to close is logged, and the others are closed. Blocks until
     * all are closed, also while another thread closes them: the JVM halts as soon as the shutdown hook returns.
     */
    @Override
    public void close() {
        synchronized (closing) {
            AutoCloseable resource = takeLast();
            while (resource != null) {
                close(resource);
                resource = takeLast();
            }
        }
    }

    private synchronized @Nullable AutoCloseable takeLast() {
        closed.countDown();
        return stack.poll();
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            log.atWarn().setCause(e).log("cannot close {}", resource);
        }
    }
}
