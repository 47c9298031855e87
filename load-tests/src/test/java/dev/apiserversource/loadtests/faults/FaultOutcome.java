package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
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
        /** The objects that the API server lists at the end: written changes were undone, so they do not count. */
        FINAL_OBJECTS,
        /** Every change after the fault: that the checkpoint is unusable was logged. */
        EVERY_CHANGE_AFTERWARDS
    }

    private static final int SHOWN = 5;

    private final Claim claim;
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

    /** What must hold in the scenario of that name, with objects whose names begin with {@code prefix}. */
    record Claim(String name, Expectation expectation, String prefix) {}

    /**
     * Compares and measures.
     *
     * @param events about the objects in {@code truth}
     */
    FaultOutcome(Claim claim, Duration duration, GroundTruth truth, List<RecordedEvent> events, FaultTarget target) {
        boolean setBack = claim.expectation() == Expectation.FINAL_OBJECTS;
        this.claim = claim;
        this.duration = duration;
        this.changes = truth.changes();
        this.lostChanges = setBack ? List.of() : truth.everyChange(events).lost();
        this.lostFinalStates = new ArrayList<>(target.lostObjects(claim.prefix()));
        this.unexpected = new ArrayList<>(aboutOwnObjects(target));
        if (!setBack) {
            lostFinalStates.addAll(truth.finalStates(events).lost());
            unexpected.addAll(unexpected(truth, events, target));
        }
        // Versions are given a second time after etcd was set back: neither their order nor an id says anything then.
        this.violations = setBack ? List.of() : target.sink().violations();
        this.gaps = target.gaps();
        this.repeats = target.sink().repeats();
        this.maxRepeats = target.maxRepeats();
        this.peakMemory = target.peakMemory();
    }

    private List<String> unexpected(GroundTruth truth, List<RecordedEvent> events, FaultTarget target) {
        // Objects that expire are deleted without a written change.
        List<RecordedEvent> written = target.kind().expires()
                ? events.stream()
                        .filter(event -> !event.verb().equals("delete"))
                        .toList()
                : events;
        return claim.expectation() == Expectation.FINAL_STATES
                ? truth.finalStates(written).unexpected()
                : truth.everyChange(written).unexpected();
    }

    /** The adapter writes its checkpoint to ConfigMaps and renews a Lease, which it may watch and must not emit. */
    private static List<String> aboutOwnObjects(FaultTarget target) {
        String own =
                target.kind().subject(target.namespace(), target.checkpoint().name());
        return target.sink().taken().stream()
                .map(RecordedEvent::subject)
                .filter(subject -> subject.startsWith(own))
                .toList();
    }

    static String header() {
        return row("fault", "s", "changes", "lost", "final", "order", "gaps", "repeats (max)", "RSS MB");
    }

    /** A line of the table; its columns are described in the README of load-tests. */
    String line() {
        return row(
                claim.name().toLowerCase(Locale.ROOT),
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
        return String.format(Locale.ROOT, "%-44s %6s %8s %6s %6s %6s %5s %15s %7s", columns);
    }

    /** The guarantees that were broken; repeats are judged by {@link #repeatsTooMuch()}. */
    List<String> failures() {
        List<String> failures = new ArrayList<>();
        addFailure(failures, "final states lost", lostFinalStates);
        addFailure(failures, "unexpected", unexpected);
        addFailure(failures, "violations", violations);
        if (claim.expectation() != Expectation.FINAL_STATES || gaps == 0) {
            addFailure(failures, "changes lost", lostChanges);
        }
        if (peakMemory > AdapterLaunch.POD_MEMORY) {
            failures.add(peakMemory + " bytes resident, more than " + AdapterLaunch.POD_MEMORY);
        }
        return failures;
    }

    /** Whether more events were repeated than crashes and lost responses explain. */
    boolean repeatsTooMuch() {
        // After etcd was set back, ids of the lost history may be given again.
        return repeats > maxRepeats && claim.expectation() != Expectation.FINAL_OBJECTS;
    }

    private static void addFailure(List<String> failures, String what, List<String> found) {
        if (!found.isEmpty()) {
            failures.add(found.size() + " " + what + ": " + found.subList(0, Math.min(SHOWN, found.size())));
        }
    }
}
