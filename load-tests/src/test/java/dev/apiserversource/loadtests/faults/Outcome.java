package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.adapter.Launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What came of a run under faults.
 *
 * @param name of the row or mixture
 * @param took from the first start of an adapter to the last event
 * @param changes that were written and are judged
 * @param lostEvents changes that did not come
 * @param lostFinalStates objects whose last state, or deletion, did not come
 * @param unexpected events that nobody wrote, or not at that place
 * @param breaches of order, ids and repeated data
 * @param gaps reported
 * @param repeats events that came although the sink had them
 * @param mostRepeats that there may be
 * @param memory the most that an adapter had resident, in bytes
 */
record Outcome(
        String name,
        Duration took,
        int changes,
        List<String> lostEvents,
        List<String> lostFinalStates,
        List<String> unexpected,
        List<String> breaches,
        long gaps,
        int repeats,
        int mostRepeats,
        long memory) {

    private static final int SHOWN = 5;
    private static final String FORMAT = "%-36s %6s %8s %6s %6s %6s %5s %15s %7s";

    static String head() {
        return String.format(
                Locale.ROOT,
                FORMAT,
                "fault",
                "s",
                "changes",
                "lost",
                "final",
                "order",
                "gaps",
                "repeats (most)",
                "RSS MB");
    }

    /** A line of the table; order stands for breaches of order, ids and repeated data, and for what nobody wrote. */
    String line() {
        return String.format(
                Locale.ROOT,
                FORMAT,
                name.toLowerCase(Locale.ROOT),
                took.toSeconds(),
                changes,
                lostEvents.size(),
                lostFinalStates.size(),
                breaches.size() + unexpected.size(),
                gaps,
                repeats + " (" + mostRepeats + ")",
                memory >> 20);
    }

    /** What of it must not be. */
    List<String> complaints(Expectation expectation) {
        List<String> complaints = new ArrayList<>();
        complain(complaints, "last states lost", lostFinalStates);
        complain(complaints, "unexpected", unexpected);
        complain(complaints, "breaches", breaches);
        if (expectation != Expectation.FINAL_STATES || gaps == 0) {
            complain(complaints, "changes lost", lostEvents);
        }
        if (memory > Launch.POD_MEMORY) {
            complaints.add(memory + " bytes resident, more than " + Launch.POD_MEMORY);
        }
        return complaints;
    }

    /** Whether more was repeated than what may be told twice after crashes, with a checkpoint written every second. */
    boolean repeatsTooMuch() {
        return repeats > mostRepeats;
    }

    private static void complain(List<String> complaints, String what, List<String> found) {
        if (!found.isEmpty()) {
            complaints.add(found.size() + " " + what + ": " + found.subList(0, Math.min(SHOWN, found.size())));
        }
    }
}
