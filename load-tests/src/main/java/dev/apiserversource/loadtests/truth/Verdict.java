package dev.apiserversource.loadtests.truth;

import java.util.List;

/**
 * The outcome of a comparison between what was written and what came.
 *
 * @param lost changes that had to come and did not
 * @param unexpected events for which nothing was written, or not at that place in the object's life
 */
public record Verdict(List<String> lost, List<String> unexpected) {

    private static final int SHOWN = 10;

    /** Keeps copies. */
    public Verdict {
        lost = List.copyOf(lost);
        unexpected = List.copyOf(unexpected);
    }

    /** Whether everything came and nothing else. */
    public boolean flawless() {
        return lost.isEmpty() && unexpected.isEmpty();
    }

    @Override
    public String toString() {
        return flawless()
                ? "flawless"
                : lost.size() + " lost " + some(lost) + ", " + unexpected.size() + " unexpected " + some(unexpected);
    }

    private static List<String> some(List<String> all) {
        return all.subList(0, Math.min(SHOWN, all.size()));
    }
}
