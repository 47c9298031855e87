package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.sink.RecordedEvent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * How many events may be repeated: those whose response was lost, those settled after the last checkpoint before a
 * crash, and those of a time when two processes worked at once.
 */
final class DuplicateBudget {

    /** The checkpoint is written every second; a write may take longer on a busy machine. */
    private static final Duration CHECKPOINT_AGE = Duration.ofSeconds(3);

    /** Most attempts of one adapter in flight. */
    private static final int IN_FLIGHT = 100;

    private final List<Window> windows = new CopyOnWriteArrayList<>();

    private record Window(long from, long to) {

        boolean includes(RecordedEvent event) {
            return event.arrivedNanos() - from >= 0 && to - event.arrivedNanos() >= 0;
        }
    }

    /** A process ended at that {@link System#nanoTime()}, without a last checkpoint. */
    void processCrashed(long nanos) {
        windows.add(new Window(nanos - CHECKPOINT_AGE.toNanos(), nanos));
    }

    /** Two processes have delivered the same changes since that {@link System#nanoTime()}. */
    void twoProcessesWorkedSince(long nanos) {
        windows.add(new Window(nanos - CHECKPOINT_AGE.toNanos(), System.nanoTime()));
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
