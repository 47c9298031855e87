package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.load.ConfigMapWriter;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.verify.GroundTruth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a sink received in spite of a fault, as a line of the table and as a list of broken guarantees. */
final class FaultOutcome {

    /** What the sink must have received when a fault is over. */
    enum Expectation {
        /** Every change: the API server had all of the history at all times. */
        EVERY_CHANGE,
        /** The final state of each object and, when a state in between is missing, the report of a gap. */
        FINAL_STATES,
        /** Every change after the fault: that the checkpoint is unusable was logged. */
        EVERY_CHANGE_AFTERWARDS
    }

    private static final int SHOWN = 5;

    private final String name;
    private final Expectation expectation;
    private final Duration duration;
    private final int changes;
    private final List<String> lostChanges;
    private final List<String> lostFinalStates;
    private final List<String> unexpected;
    private final List<String> violations;
    private final long gaps;
    private final int repeats;
    private final int maxRepeats;
    private final long peakMemory;

    /**
     * Compares and measures.
     *
     * @param events about the objects in {@code truth}
     */
    FaultOutcome(
            String name,
            Expectation expectation,
            Duration duration,
            GroundTruth truth,
            List<RecordedEvent> events,
            FaultTarget target) {
        this.name = name;
        this.expectation = expectation;
        this.duration = duration;
        this.changes = truth.changes();
        this.lostChanges = truth.everyChange(events).lost();
        this.lostFinalStates = truth.finalStates(events).lost();
        this.unexpected = new ArrayList<>(
                expectation == Expectation.FINAL_STATES
                        ? truth.finalStates(events).unexpected()
                        : truth.everyChange(events).unexpected());
        this.unexpected.addAll(aboutCheckpoint(target));
        this.violations = target.sink().violations();
        this.gaps = target.gaps();
        this.repeats = target.sink().repeats();
        this.maxRepeats = target.maxRepeats();
        this.peakMemory = target.peakMemory();
    }

    /** The adapter watches ConfigMaps and writes its checkpoint to some, which must not be emitted. */
    private static List<String> aboutCheckpoint(FaultTarget target) {
        String checkpoint =
                ConfigMapWriter.subject(target.namespace(), target.checkpoint().name());
        return target.sink().taken().stream()
                .map(RecordedEvent::subject)
                .filter(subject -> subject.startsWith(checkpoint))
                .toList();
    }

    static String header() {
        return row("fault", "s", "changes", "lost", "final", "order", "gaps", "repeats (max)", "RSS MB");
    }

    /** A line of the table; its columns are described in the README of load-tests. */
    String line() {
        return row(
                name.toLowerCase(Locale.ROOT),
                duration.toSeconds(),
                changes,
                lostChanges.size(),
                lostFinalStates.size(),
                violations.size() + unexpected.size(),
                gaps,
                repeats + " (" + maxRepeats + ")",
                peakMemory >> 20);
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, "%-36s %6s %8s %6s %6s %6s %5s %15s %7s", columns);
    }

    /** The guarantees that were broken; repeats are judged by {@link #repeatsTooMuch()}. */
    List<String> failures() {
        List<String> failures = new ArrayList<>();
        addFailure(failures, "final states lost", lostFinalStates);
        addFailure(failures, "unexpected", unexpected);
        addFailure(failures, "violations", violations);
        if (expectation != Expectation.FINAL_STATES || gaps == 0) {
            addFailure(failures, "changes lost", lostChanges);
        }
        if (peakMemory > AdapterLaunch.POD_MEMORY) {
            failures.add(peakMemory + " bytes resident, more than " + AdapterLaunch.POD_MEMORY);
        }
        return failures;
    }

    /** Whether more events were repeated than crashes and lost responses explain. */
    boolean repeatsTooMuch() {
        return repeats > maxRepeats;
    }

    private static void addFailure(List<String> failures, String what, List<String> found) {
        if (!found.isEmpty()) {
            failures.add(found.size() + " " + what + ": " + found.subList(0, Math.min(SHOWN, found.size())));
        }
    }
}
