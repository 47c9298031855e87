package dev.apiserversource.samples.eventviewer;

import java.util.Locale;

/** What the rate distinguishes. An event belongs to exactly one category. */
enum Category {
    ADD(0),
    UPDATE(1),
    DELETE(2),
    GAP(3),
    OTHER(4);

    /** How many there are. */
    static final int COUNT = 5;

    private static final String GAP_TYPE = "dev.apiserversource.gap";
    private static final String KNATIVE_PREFIX = "dev.knative.apiserver.";

    private final int column;

    Category(int column) {
        this.column = column;
    }

    /** Its place in the counts that the page gets, as in rate-chart.js. */
    int column() {
        return column;
    }

    /** The category of events of {@code type}. */
    static Category of(String type) {
        if (type.equals(GAP_TYPE)) {
            return GAP;
        }
        if (type.startsWith(KNATIVE_PREFIX)) {
            if (type.endsWith(".add")) {
                return ADD;
            } else if (type.endsWith(".update")) {
                return UPDATE;
            } else if (type.endsWith(".delete")) {
                return DELETE;
            }
        }
        return OTHER;
    }

    /** As the page names it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
