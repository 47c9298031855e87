package dev.apiserversource.loadtests.compare.report;

/** What is measured, in the order of the table. Each has one number in each run. */
public enum Figure {
    CAPACITY("capacity, sink 0 ms", Unit.PER_SECOND, "≥ 40,000 where the cores allow"),
    CAPACITY_CPU("… CPU per event", Unit.MICROSECONDS, "≤ 20"),
    CAPACITY_FIRST("… the first 20,000 events after start", Unit.PER_SECOND, "≥ 15,000"),
    CAPACITY_FIRST_CPU("… their CPU per event", Unit.MICROSECONDS, ""),
    CAPACITY_FEED_CPU("… CPU of the feed per event", Unit.MICROSECONDS, ""),
    CAPACITY_SINK_CPU("… CPU of the sink per event", Unit.MICROSECONDS, ""),
    SINK_5MS("sink 5 ms", Unit.PER_SECOND, "≥ 18,000"),
    SINK_5MS_CPU("… CPU per event", Unit.MICROSECONDS, ""),
    LATENCY_COLD_P50("800 changes/s, the first minute: p50", Unit.MILLISECONDS, ""),
    LATENCY_COLD_P99("… p99", Unit.MILLISECONDS, "≤ the peer's"),
    LATENCY_WARM_P50("… the second minute: p50", Unit.MILLISECONDS, ""),
    LATENCY_WARM_P99("… p99", Unit.MILLISECONDS, ""),
    START("process start to first delivered event", Unit.SECONDS, "≤ 0.5"),
    START_CPU("… CPU until then", Unit.SECONDS, "≤ 0.6"),
    QUOTA_50M_HEALTH("until /health answers, CPU quota 50m", Unit.SECONDS, "≤ 12"),
    QUOTA_50M_EVENT("… until the first event", Unit.SECONDS, ""),
    QUOTA_100M_HEALTH("… quota 100m", Unit.SECONDS, "≤ 6"),
    QUOTA_100M_EVENT("… until the first event", Unit.SECONDS, ""),
    QUOTA_200M_HEALTH("… quota 200m", Unit.SECONDS, "≤ 3"),
    QUOTA_200M_EVENT("… until the first event", Unit.SECONDS, ""),
    IDLE_RSS("resident after 20 s idle", Unit.MEBIBYTES, "≤ 80"),
    IDLE_PSS("… proportional set size", Unit.MEBIBYTES, ""),
    OBJECTS_PEAK("100,000 ConfigMaps (240 MB): peak resident", Unit.MEBIBYTES, "≤ 110"),
    OBJECTS_CPU("… CPU until the watch is open", Unit.SECONDS, "≤ 4"),
    OBJECTS_OPEN("… process start to first delivered change", Unit.SECONDS, ""),
    WATCHES_OPEN("1,000 watches (200 namespaces × 5 kinds): until all are open", Unit.SECONDS, "≤ 1.5"),
    WATCHES_RSS("… resident", Unit.MEBIBYTES, "≤ 120");

    /** Units, and how many digits a number with them has behind the point. */
    enum Unit {
        PER_SECOND("/s", 0),
        MICROSECONDS(" µs", 1),
        MILLISECONDS(" ms", 1),
        SECONDS(" s", 2),
        MEBIBYTES(" MB", 0);

        private final String symbol;
        private final int digits;

        Unit(String symbol, int digits) {
            this.symbol = symbol;
            this.digits = digits;
        }

        String symbol() {
            return symbol;
        }

        int digits() {
            return digits;
        }
    }

    private final String label;
    private final Unit unit;
    private final String wanted;

    Figure(String label, Unit unit, String wanted) {
        this.label = label;
        this.unit = unit;
        this.wanted = wanted;
    }

    String label() {
        return label;
    }

    String wanted() {
        return wanted;
    }

    String unit() {
        return unit.symbol;
    }

    /** The number with its unit. */
    public String format(double value) {
        return format(value, unit.digits) + unit.symbol;
    }

    /** The number without its unit. */
    String number(double value) {
        return format(value, unit.digits);
    }

    private static String format(double value, int digits) {
        return String.format(java.util.Locale.ROOT, "%,." + digits + "f", value);
    }
}
