package dev.apiserversource.samples.eventviewer;

/** Counts events per second and category, and repeats, over the last ten minutes. */
final class RateCounter {

    /** How far the counts reach back. */
    static final int SECONDS = 600;

    private static final int REPEATS = Category.COUNT;
    private static final int COLUMNS = REPEATS + 1;

    private final long[] second = new long[SECONDS];
    private final int[][] counts = new int[SECONDS][COLUMNS];

    /** Counts one event that arrived in {@code now}, seconds since 1970. */
    void count(long now, Category category, boolean repeat) {
        int[] row = row(now);
        row[category.column()]++;
        if (repeat) {
            row[REPEATS]++;
        }
    }

    /** The counts of one second: one for each category in its order, then the repeats. Zeros when not known. */
    int[] at(long wanted) {
        int slot = (int) (wanted % SECONDS);
        return second[slot] == wanted ? counts[slot].clone() : new int[COLUMNS];
    }

    private int[] row(long now) {
        int slot = (int) (now % SECONDS);
        if (second[slot] != now) {
            second[slot] = now;
            counts[slot] = new int[COLUMNS];
        }
        return counts[slot];
    }
}
