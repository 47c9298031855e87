package dev.apiserversource.loadtests.sink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The account of one sink: which events were taken, how often events came again, and every breach of the promises made to it.
 *
 * <p>The promises: events of one object come in the order of their resourceVersions, one attempted only after the one before is settled;
 * the same occurrence always has the same id and the same data. A delete that was found by comparing knows no more than an earlier
 * state's version, and has no data to compare.
 */
final class Ledger {

    /** Enough to see what went wrong; a broken order would otherwise fill the memory. */
    private static final int BREACHES_KEPT = 20;

    private final Map<String, ReceivedEvent> taken = new LinkedHashMap<>();
    private final Map<String, ReceivedEvent> refused = new LinkedHashMap<>();
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, String> newest = new HashMap<>();
    private final List<String> breaches = new ArrayList<>();
    private int attempts;
    private int repeats;

    /** Enters an attempt before it is answered. */
    synchronized void attempted(ReceivedEvent event) {
        attempts++;
        checkId(event);
        checkOrder(event);
    }

    /** Enters that the sink has the event. */
    synchronized void took(ReceivedEvent event) {
        ReceivedEvent before = taken.putIfAbsent(event.id(), event);
        if (before != null) {
            repeats++;
            boolean same = before.data().equals(event.data());
            expect(same || before.isDerivedDelete() || event.isDerivedDelete(), "other data when repeated: ", event);
        }
    }

    /** Enters that the sink has not got the event from this attempt. */
    synchronized void refused(ReceivedEvent event) {
        refused.putIfAbsent(event.id(), event);
    }

    private void checkId(ReceivedEvent event) {
        String known = ids.putIfAbsent(event.occurrence(), event.id());
        expect(known == null || known.equals(event.id()), "second id for one occurrence: ", event);
    }

    private void checkOrder(ReceivedEvent event) {
        String version = event.resourceVersion();
        if (version == null || taken.containsKey(event.id()) || event.isDerivedDelete()) {
            // What was taken before may be told again: at least once. A derived delete has an earlier state's version.
            return;
        }
        String before =
                newest.merge(event.subject(), version, (a, b) -> ResourceVersions.ORDER.compare(a, b) < 0 ? b : a);
        expect(before.equals(version), "older than " + before + ", attempted before: ", event);
    }

    private void expect(boolean kept, String breach, ReceivedEvent event) {
        if (!kept && breaches.size() < BREACHES_KEPT) {
            breaches.add(breach + event.occurrence() + ", id " + event.id());
        }
    }

    synchronized List<ReceivedEvent> taken() {
        return List.copyOf(taken.values());
    }

    synchronized int takenCount() {
        return taken.size();
    }

    /** Events that were attempted and never taken. */
    synchronized List<ReceivedEvent> neverTaken() {
        return refused.values().stream()
                .filter(event -> !taken.containsKey(event.id()))
                .toList();
    }

    synchronized List<String> breaches() {
        return List.copyOf(breaches);
    }

    synchronized int attempts() {
        return attempts;
    }

    synchronized int repeats() {
        return repeats;
    }
}
