package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.faults.Fault.Part;
import dev.apiserversource.loadtests.faults.FaultOutcome.Expectation;
import dev.apiserversource.loadtests.load.ParallelWrites;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Faults of random kind, order, overlap and length. Faults of different parts overlap; those of one part do not.
 *
 * @param steps of each part, in order
 */
record RandomFaults(Map<Part, List<Step>> steps) {

    private static final int MAX_OF_A_PART = 2;
    private static final int MIN_IN_ALL = 3;
    private static final int MAX_PAUSE_MILLIS = 1_000;
    private static final int MAX_LENGTH_MILLIS = 1_500;

    /** One draw in three has a fault of the API server: it takes long and may lose history. */
    private static final int API_SERVER_EVERY = 3;

    /**
     * One fault.
     *
     * @param pause after the part's previous fault, or after the beginning
     * @param length from begin to end of the fault
     */
    record Step(Fault fault, Duration pause, Duration length) {

        void inject(FaultTarget target) {
            Fault.lasts(pause);
            if (fault.damagesCheckpoint()) {
                // An adapter that has not read its checkpoint yet cannot repair it.
                target.awaitLeading();
            }
            fault.begin(target);
            Fault.lasts(length);
            fault.end(target);
            if (fault.damagesCheckpoint()) {
                target.checkpoint().awaitWritten();
            }
        }

        @Override
        public String toString() {
            return "after " + pause.toMillis() + " ms " + fault + " for " + length.toMillis() + " ms";
        }
    }

    static RandomFaults draw(RandomGenerator random) {
        Map<Part, List<Step>> steps = new EnumMap<>(Part.class);
        while (count(steps) < MIN_IN_ALL) {
            for (Part part : Part.values()) {
                steps.put(part, draw(part, random));
            }
        }
        return new RandomFaults(steps);
    }

    private static int count(Map<Part, List<Step>> steps) {
        return steps.values().stream().mapToInt(List::size).sum();
    }

    private static List<Step> draw(Part part, RandomGenerator random) {
        List<Fault> possible = Arrays.stream(Fault.values())
                .filter(fault -> fault.part() == part)
                .toList();
        List<Step> drawn = new ArrayList<>();
        for (int i = drawCount(part, random); i > 0; i--) {
            drawn.add(new Step(
                    possible.get(random.nextInt(possible.size())),
                    Duration.ofMillis(random.nextInt(MAX_PAUSE_MILLIS)),
                    Duration.ofMillis(random.nextInt(MAX_LENGTH_MILLIS))));
        }
        return drawn;
    }

    private static int drawCount(Part part, RandomGenerator random) {
        if (part == Part.REPLICAS || part == Part.CONTROL_PLANE) {
            return 0; // These faults require a standby, or a row that prepares them.
        }
        return part == Part.API_SERVER
                ? random.nextInt(API_SERVER_EVERY) == 0 ? 1 : 0
                : random.nextInt(MAX_OF_A_PART + 1);
    }

    Expectation expectation() {
        boolean historyKept = steps.values().stream().flatMap(List::stream).allMatch(step -> step.fault()
                .keepsHistory());
        return historyKept ? Expectation.EVERY_CHANGE : Expectation.FINAL_STATES;
    }

    /** Injects the faults, and returns when the last of them is over. */
    void inject(FaultTarget target) {
        List<List<Step>> parts = List.copyOf(steps.values());
        try (ParallelWrites threads = new ParallelWrites(parts.size())) {
            threads.run(parts.size(), part -> parts.get(part).forEach(step -> step.inject(target)));
        }
    }

    @Override
    public String toString() {
        return steps.entrySet().stream()
                .filter(part -> !part.getValue().isEmpty())
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(part -> part.getKey() + ": " + part.getValue())
                .collect(Collectors.joining("; "));
    }
}
