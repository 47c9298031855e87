package dev.apiserversource.loadtests.truth;

import dev.apiserversource.loadtests.Patience;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.sink.RecordingSink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Every change that was written to the API server, object by object, and the comparison with what a sink got. Safe for many threads. */
public final class GroundTruth {

    private final Map<String, List<Step>> written = new HashMap<>();

    /** Enters that an object was created. */
    public void created(String subject, String version) {
        enter(subject, Step.add(version));
    }

    /** Enters that an object was updated. */
    public void updated(String subject, String version) {
        enter(subject, Step.update(version));
    }

    /** Enters that an object was deleted. */
    public void deleted(String subject) {
        enter(subject, Step.DELETE);
    }

    private synchronized void enter(String subject, Step step) {
        written.computeIfAbsent(subject, s -> new ArrayList<>()).add(step);
    }

    /** How many changes were written. */
    public synchronized int changes() {
        return written.values().stream().mapToInt(List::size).sum();
    }

    /** Waits until the sink has as many events as there are changes, or until patience ends, and compares: every change must have come. */
    public Verdict everyChange(RecordingSink sink, Patience patience) {
        int changes = changes();
        patience.holdsWithin(() -> sink.takenCount() >= changes);
        return everyChange(sink.taken());
    }

    /** Compares with all events that ought to know: each change must be among them, in order, and nothing else. */
    public Verdict everyChange(List<ReceivedEvent> events) {
        return compare(events, Differences::ofEveryStep);
    }

    /**
     * Waits until nothing is missing, or until patience ends, and compares when a stretch of history was gone for good: what an object went
     * through meanwhile cannot be known, but where it ended must have come, and each step that came must be one that was written.
     */
    public Verdict finalStates(RecordingSink sink, Patience patience) {
        patience.holdsWithin(() -> finalStates(sink.taken()).lost().isEmpty());
        return finalStates(sink.taken());
    }

    /** The comparison of {@link #finalStates(RecordingSink, Patience)}. */
    public Verdict finalStates(List<ReceivedEvent> events) {
        return compare(events, Differences::ofLastStep);
    }

    private synchronized Verdict compare(
            List<ReceivedEvent> events, BiFunction<List<Step>, List<Step>, Differences> comparison) {
        Map<String, List<Step>> came = events.stream()
                .collect(Collectors.groupingBy(
                        ReceivedEvent::subject, Collectors.mapping(Step::of, Collectors.toList())));
        List<String> lost = new ArrayList<>();
        List<String> unexpected = new ArrayList<>();
        written.forEach((subject, steps) -> {
            Differences differences = comparison.apply(steps, came.getOrDefault(subject, List.of()));
            differences.lost().forEach(step -> lost.add(subject + " " + step));
            differences.unexpected().forEach(step -> unexpected.add(subject + " " + step));
        });
        came.keySet().stream().filter(subject -> !written.containsKey(subject)).forEach(unexpected::add);
        return new Verdict(lost, unexpected);
    }
}
