package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.sink.RecordedEvent;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * How many events may be repeated: those whose response was lost, those settled after the last checkpoint before a
 * crash,
 * and those of a time when two processes worked at once.
 */
final class DuplicateBudget {

    /** Most attempts of one adapter in flight. */
    private static final int IN_FLIGHT = 100;

    private final List<Window> windows = new CopyOnWriteArrayList<>();

    /**
     * Events that arrived in this time may arrive again.
     *
     * @param from {@link System#nanoTime()}; everything before is in the checkpoint
     * @param to {@link System#nanoTime()} when the process ended
     */
    record Window(long from, long to) {

        boolean includes(RecordedEvent event) {
            return event.arrivedNanos() - from >= 0 && to - event.arrivedNanos() >= 0;
        }
    }

    /** A process resumed from the last checkpoint of another one. */
    void resumed(Window window) {
        windows.add(window);
    }

    /** Attempts failed or timed out although the sink may have taken the event. */
    void responsesLost() {
        windows.add(new Window(0, 0));
    }

    /** The limit for a sink that took these events. */
    int max(List<RecordedEvent> taken) {
        long settled = windows.stream()
                .mapToLong(window -> taken.stream().filter(window::includes).count())
                .sum();
        return (int) settled + IN_FLIGHT * windows.size();
    }
}
