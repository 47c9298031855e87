package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.faults.Fault.Part;
import dev.apiserversource.loadtests.truth.ParallelWrites;

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
 * Faults whose kind, order, overlap and times were left to chance. Those of different parts overlap as they like; those of one part follow
 * each other.
 *
 * @param stages of each part, in order
 */
record Mixture(Map<Part, List<Stage>> stages) {

    private static final int MOST_OF_A_PART = 2;
    private static final int LEAST_IN_ALL = 3;
    private static final int LONGEST_WAIT_MILLIS = 1_000;
    private static final int LONGEST_FAULT_MILLIS = 1_500;

    /** One time in so many the API server itself is at fault: that takes long, and may take history with it. */
    private static final int API_SERVER_EVERY = 3;

    /**
     * One fault.
     *
     * @param pause after the fault of this part before, or the beginning
     * @param length from the beginning of the fault to its end
     */
    record Stage(Fault fault, Duration pause, Duration length) {

        void happen(Scene scene) {
            Scene.pass(pause);
            if (fault.harmsCheckpoint()) {
                // Before an adapter has read it, what a checkpoint says cannot be made good by anybody.
                scene.awaitReady();
            }
            fault.begin(scene);
            Scene.pass(length);
            fault.end(scene);
            if (fault.harmsCheckpoint()) {
                scene.checkpoint().awaitWritten();
            }
        }

        @Override
        public String toString() {
            return "after " + pause.toMillis() + " ms " + fault + " for " + length.toMillis() + " ms";
        }
    }

    static Mixture drawn(RandomGenerator random) {
        Map<Part, List<Stage>> stages = new EnumMap<>(Part.class);
        while (count(stages) < LEAST_IN_ALL) {
            for (Part part : Part.values()) {
                stages.put(part, drawn(part, random));
            }
        }
        return new Mixture(stages);
    }

    private static int count(Map<Part, List<Stage>> stages) {
        return stages.values().stream().mapToInt(List::size).sum();
    }

    private static List<Stage> drawn(Part part, RandomGenerator random) {
        List<Fault> possible = Arrays.stream(Fault.values())
                .filter(fault -> fault.part() == part)
                .toList();
        List<Stage> drawn = new ArrayList<>();
        for (int i = howMany(part, random); i > 0; i--) {
            drawn.add(new Stage(
                    possible.get(random.nextInt(possible.size())),
                    Duration.ofMillis(random.nextInt(LONGEST_WAIT_MILLIS)),
                    Duration.ofMillis(random.nextInt(LONGEST_FAULT_MILLIS))));
        }
        return drawn;
    }

    private static int howMany(Part part, RandomGenerator random) {
        if (part == Part.REPLICAS) {
            return 0; // There is but one adapter.
        }
        return part == Part.API_SERVER
                ? random.nextInt(API_SERVER_EVERY) == 0 ? 1 : 0
                : random.nextInt(MOST_OF_A_PART + 1);
    }

    /** What may be expected of a source that has gone through it. */
    Expectation expectation() {
        boolean historyLasts = stages.values().stream().flatMap(List::stream).allMatch(stage -> stage.fault()
                .keepsHistory());
        return historyLasts ? Expectation.EVERY_CHANGE : Expectation.FINAL_STATES;
    }

    /** Lets it all happen, and returns when the last fault is over. */
    void happen(Scene scene) {
        List<List<Stage>> parts = List.copyOf(stages.values());
        try (ParallelWrites threads = new ParallelWrites(parts.size())) {
            threads.run(parts.size(), part -> parts.get(part).forEach(stage -> stage.happen(scene)));
        }
    }

    @Override
    public String toString() {
        return stages.entrySet().stream()
                .filter(part -> !part.getValue().isEmpty())
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(part -> part.getKey() + ": " + part.getValue())
                .collect(Collectors.joining("; "));
    }
}
