package dev.apiserversource.samples.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest requests, oldest first. Safe for use by many threads. */
final class RequestLog {

    private static final int LENGTH = 10_000;

    private final Deque<ReceivedRequest> requests = new ArrayDeque<>();

    synchronized void add(ReceivedRequest request) {
        requests.add(request);
        if (requests.size() > LENGTH) {
            requests.remove();
        }
    }

    synchronized List<ReceivedRequest> all() {
        return List.copyOf(requests);
    }
}
