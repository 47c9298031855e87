package dev.apiserversource.loadtests.compare.row;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All rows by name, in the order of the table. */
public final class Rows {

    private static final Map<String, Function<Bench, Row>> ROWS = new LinkedHashMap<>();

    static {
        ROWS.put("capacity", bench -> new CapacityRow(bench, false));
        ROWS.put("sink5ms", bench -> new CapacityRow(bench, true));
        ROWS.put("latency", LatencyRow::new);
        ROWS.put("start", StartRow::new);
        ROWS.put("quota", QuotaRow::new);
        ROWS.put("idle", IdleRow::new);
        ROWS.put("objects", ObjectsRow::new);
        ROWS.put("watches", WatchesRow::new);
    }

    private Rows() {}

    /** The names. */
    public static List<String> names() {
        return List.copyOf(ROWS.keySet());
    }

    /**
     * Starts what a row needs.
     *
     * @throws IllegalArgumentException if there is no such row
     */
    public static Row open(String name, Bench bench) {
        Function<Bench, Row> row = ROWS.get(name);
        if (row == null) {
            throw new IllegalArgumentException("no row " + name + "; there are " + names());
        }
        return row.apply(bench);
    }
}
