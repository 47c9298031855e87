package dev.apiserversource.loadtests.sink;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The record of one sink: the events it took, how often events were repeated, and every violation of a guarantee.
 *
 * <p>The guarantees: events of one object arrive in the order of their resourceVersions, and each is attempted only
 * after the one before is settled. An occurrence always has the same id and the same data. A derived delete is
 * exempt from the checks of order and data: it carries an earlier state's resourceVersion and less data.
 */
final class DeliveryRecord {

    /** A broken order violates the guarantee with every event; the first few violations show the cause. */
    private static final int VIOLATIONS_KEPT = 20;

    /** resourceVersions are decimal numbers of any length (KEP-5504). */
    private static final Comparator<String> BY_RESOURCE_VERSION =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private final Map<String, RecordedEvent> taken = new LinkedHashMap<>();
    private final Map<String, RecordedEvent> last = new HashMap<>();
    private final Map<String, RecordedEvent> refused = new LinkedHashMap<>();
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, String> newest = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int attempts;
    private int repeats;

    /** Records an attempt before it is answered. */
    synchronized void attempted(RecordedEvent event) {
        attempts++;
        checkId(event);
        checkOrder(event);
    }

    /** Records that the sink took the event. */
    synchronized void took(RecordedEvent event) {
        last.put(event.subject(), event);
        RecordedEvent before = taken.putIfAbsent(event.id(), event);
        if (before != null) {
            repeats++;
            boolean same = before.data().equals(event.data());
            check(same || before.isDerivedDelete() || event.isDerivedDelete(), "other data when repeated: ", event);
        }
    }

    /** Records that the sink did not take the event from this attempt. */
    synchronized void refused(RecordedEvent event) {
        refused.putIfAbsent(event.id(), event);
    }

    private void checkId(RecordedEvent event) {
        String known = ids.putIfAbsent(event.occurrence(), event.id());
        check(known == null || known.equals(event.id()), "second id for one occurrence: ", event);
    }

    private void checkOrder(RecordedEvent event) {
        String version = event.resourceVersion();
        if (version == null || taken.containsKey(event.id()) || event.isDerivedDelete()) {
            return; // A taken event may be repeated at any time: delivery is at least once.
        }
        String before = newest.merge(event.subject(), version, DeliveryRecord::newer);
        check(before.equals(version), "older than " + before + ", attempted before: ", event);
    }

    private static String newer(String a, String b) {
        return BY_RESOURCE_VERSION.compare(a, b) < 0 ? b : a;
    }

    private void check(boolean kept, String violation, RecordedEvent event) {
        if (!kept && violations.size() < VIOLATIONS_KEPT) {
            violations.add(violation + event.occurrence() + ", id " + event.id());
        }
    }

    synchronized List<RecordedEvent> taken() {
        return List.copyOf(taken.values());
    }

    /** Of each object the event taken last, repeats included. */
    synchronized List<RecordedEvent> lastTaken() {
        return List.copyOf(last.values());
    }

    synchronized int takenCount() {
        return taken.size();
    }

    /** Events that were attempted and never taken. */
    synchronized List<RecordedEvent> neverTaken() {
        return refused.values().stream()
                .filter(event -> !taken.containsKey(event.id()))
                .toList();
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized int attempts() {
        return attempts;
    }

    synchronized int repeats() {
        return repeats;
    }
}
