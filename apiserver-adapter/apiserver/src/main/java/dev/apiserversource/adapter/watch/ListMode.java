package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import dev.apiserversource.frame.time.Timers;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Decides whether a stream requests a streaming list (<a href="https://kep.k8s.io/3157">KEP-3157</a>) or pages.
 *
 * <p>A streaming list is cheaper for the API server, but it is one response, which starts from nothing each time. A
 * proxy that limits the duration of responses ends each one early, and some API servers send no bookmark that ends the
 * list. Such a stream would list for ever. Pages are short responses, and the last one needs no bookmark.
 */
final class ListMode {

    private static final int MAX_INCOMPLETE = 2;

    /** The reason may be temporary, and the API server may be upgraded. */
    private static final Duration PAGES_FOR = Duration.ofHours(4);

    private final Timers timers;
    private @Nullable Duration pagesUntil;
    private boolean accepted;
    private int incomplete;

    ListMode(Timers timers) {
        this.timers = timers;
    }

    boolean isStreaming() {
        return pagesUntil == null || timers.uptime().compareTo(pagesUntil) >= 0;
    }

    /** A streaming list was requested. */
    void requested() {
        accepted = false;
    }

    /** The API server has accepted the request. */
    void accepted() {
        accepted = true;
    }

    /** The bookmark that ends the streaming list was read. */
    void completed() {
        incomplete = 0;
    }

    /**
     * The streaming list has ended before its bookmark. It counts if the API server has accepted it, for any reason
     * then. A request that failed earlier would fail for pages too, unless the API server waits until its watch cache
     * is recent enough. Returns whether pages are listed from now on, which was not so before.
     */
    boolean failed(WatchFailure failure) {
        boolean counts = accepted || failure.cause() == Cause.IDLE || failure.cause() == Cause.AHEAD;
        if (counts) {
            incomplete++;
        }
        return incomplete >= MAX_INCOMPLETE && refused();
    }

    /** The API server does not accept streaming lists. Returns true, because pages are listed from now on. */
    boolean refused() {
        incomplete = 0;
        pagesUntil = timers.uptime().plus(PAGES_FOR);
        return true;
    }
}
