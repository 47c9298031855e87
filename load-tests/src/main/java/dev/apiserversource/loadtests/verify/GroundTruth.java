package dev.apiserversource.loadtests.verify;

import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.verify.HistoryComparison.Step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Every change that was written to the API server, per object, and its comparison with the events of a sink.
 * Thread-safe.
 */
public final class GroundTruth {

    private final Map<String, List<Step>> written = new HashMap<>();

    /** Records that an object was created. */
    public void created(String subject, String version) {
        record(subject, Step.add(version));
    }

    /** Records that an object was updated. */
    public void updated(String subject, String version) {
        record(subject, Step.update(version));
    }

    /** Records that an object was deleted. */
    public void deleted(String subject) {
        record(subject, Step.DELETE);
    }

    private synchronized void record(String subject, Step step) {
        written.computeIfAbsent(subject, s -> new ArrayList<>()).add(step);
    }

    /** How many changes were written. */
    public synchronized int changes() {
        return written.values().stream().mapToInt(List::size).sum();
    }

    /** Requires one event for every change, in order per object, and no other event. */
    public Verdict everyChange(List<RecordedEvent> events) {
        return compare(events, HistoryComparison::ofEveryChange);
    }

    /**
     * Requires the last change of each object, and no event without a written change. This is all that can be
     * required when the API server lost a stretch of its history.
     */
    public Verdict finalStates(List<RecordedEvent> events) {
        return compare(events, HistoryComparison::ofFinalState);
    }

    private synchronized Verdict compare(
            List<RecordedEvent> events, BiFunction<List<Step>, List<Step>, HistoryComparison> comparison) {
        Map<String, List<Step>> received = events.stream()
                .collect(Collectors.groupingBy(
                        RecordedEvent::subject, Collectors.mapping(Step::of, Collectors.toList())));
        List<String> lost = new ArrayList<>();
        List<String> unexpected = new ArrayList<>();
        written.forEach((subject, steps) -> {
            HistoryComparison found = comparison.apply(steps, received.getOrDefault(subject, List.of()));
            found.lost().forEach(step -> lost.add(subject + " " + step));
            found.unexpected().forEach(step -> unexpected.add(subject + " " + step));
        });
        received.keySet().stream()
                .filter(subject -> !written.containsKey(subject))
                .forEach(unexpected::add);
        return new Verdict(lost, unexpected);
    }

    /**
     * The result of a comparison.
     *
     * @param lost required changes without an event
     * @param unexpected events without a written change, or out of order
     */
    public record Verdict(List<String> lost, List<String> unexpected) {

        private static final int SHOWN = 10;

        /** Keeps copies. */
        public Verdict {
            lost = List.copyOf(lost);
            unexpected = List.copyOf(unexpected);
        }

        /** Whether nothing was lost and nothing was unexpected. */
        public boolean flawless() {
            return lost.isEmpty() && unexpected.isEmpty();
        }

        @Override
        public String toString() {
            return lost.size() + " lost " + some(lost) + ", " + unexpected.size() + " unexpected " + some(unexpected);
        }

        private static List<String> some(List<String> all) {
            return all.subList(0, Math.min(SHOWN, all.size()));
        }
    }
}
