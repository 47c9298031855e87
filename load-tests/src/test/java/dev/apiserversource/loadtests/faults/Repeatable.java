package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.sink.ReceivedEvent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which events may come twice: those whose answer got lost, those that were settled after the last checkpoint before a crash, and those of
 * a time when two adapters worked from one checkpoint.
 */
final class Repeatable {

    /** A checkpoint is written once a second, which may take its time on a busy machine. */
    private static final Duration CHECKPOINT_AGE = Duration.ofSeconds(3);

    /** Attempts of one adapter that are under way at one time. */
    private static final int IN_FLIGHT = 100;

    private final List<Window> windows = new CopyOnWriteArrayList<>();

    private record Window(long from, long to) {

        boolean includes(ReceivedEvent event) {
            return event.arrivedNanos() - from >= 0 && to - event.arrivedNanos() >= 0;
        }
    }

    void crashed() {
        bothWorkedSince(System.nanoTime());
    }

    void bothWorkedSince(long nanos) {
        windows.add(new Window(nanos - CHECKPOINT_AGE.toNanos(), System.nanoTime()));
    }

    void answersLost() {
        windows.add(new Window(0, 0));
    }

    /** The bound for a sink that took these. */
    int most(List<ReceivedEvent> taken) {
        long settled = windows.stream()
                .mapToLong(window -> taken.stream().filter(window::includes).count())
                .sum();
        return (int) settled + IN_FLIGHT * windows.size();
    }
}
