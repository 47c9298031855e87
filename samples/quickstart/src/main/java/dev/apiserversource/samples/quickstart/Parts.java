package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been started, to be closed in the opposite order. */
final class Parts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean closed;

    /** Takes over {@code part}; when all is being closed already, closes it at once and says so by the exception. */
    synchronized <T extends AutoCloseable> T add(T part) {
        if (closed) {
            close(part);
            throw new QuickstartException("interrupted");
        }
        started.push(part);
        return part;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Closes the last part first. A part that cannot be closed does not keep the others from it. */
    @Override
    public void close() {
        AutoCloseable part = takeLast();
        while (part != null) {
            close(part);
            part = takeLast();
        }
    }

    private synchronized @Nullable AutoCloseable takeLast() {
        closed = true;
        return started.poll();
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            log.atWarn().setCause(e).log("cannot close {}", part);
        }
    }
}
