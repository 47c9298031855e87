package dev.apiserversource.loadtests.verify;

import dev.apiserversource.loadtests.sink.RecordedEvent;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The differences between the changes of one object that were written and those that were received.
 *
 * @param lost changes that are required and were not received
 * @param unexpected changes that were received and not written, or not in that order
 */
record HistoryComparison(List<Step> lost, List<Step> unexpected) {

    /**
     * One change of one object.
     *
     * @param verb add, update or delete
     * @param version the resourceVersion after the change; empty for a delete, whose response does not contain it
     */
    record Step(String verb, String version) {

        static final Step DELETE = new Step("delete", "");

        static Step add(String version) {
            return new Step("add", version);
        }

        static Step update(String version) {
            return new Step("update", version);
        }

        static Step of(RecordedEvent event) {
            return event.verb().equals(DELETE.verb)
                    ? DELETE
                    : new Step(event.verb(), Objects.requireNonNullElse(event.resourceVersion(), ""));
        }

        @Override
        public String toString() {
            return verb + version;
        }
    }

    /** Requires every written change, in order. */
    static HistoryComparison ofEveryChange(List<Step> written, List<Step> received) {
        List<Step> lost = new ArrayList<>(written);
        received.forEach(lost::remove);
        return new HistoryComparison(lost, outOfOrder(written, received));
    }

    /**
     * Requires the last written change; the others may be missing. After a gap, a state may be received as an add
     * or as an update.
     */
    static HistoryComparison ofFinalState(List<Step> written, List<Step> received) {
        List<String> writtenVersions = versions(written);
        Step last = written.get(written.size() - 1);
        boolean arrived = versions(received).contains(last.version());
        List<Step> unexpected = received.stream()
                .filter(step -> !writtenVersions.contains(step.version()))
                .toList();
        return new HistoryComparison(arrived ? List.of() : List.of(last), unexpected);
    }

    private static List<String> versions(List<Step> steps) {
        return steps.stream().map(Step::version).toList();
    }

    private static List<Step> outOfOrder(List<Step> written, List<Step> received) {
        List<Step> wrong = new ArrayList<>();
        int next = 0;
        for (Step step : received) {
            int index = written.indexOf(step);
            if (index < next) {
                wrong.add(step);
            }
            next = Math.max(next, index + 1);
        }
        return wrong;
    }
}
