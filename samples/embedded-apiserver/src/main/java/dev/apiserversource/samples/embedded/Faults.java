package dev.apiserversource.samples.embedded;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;

/** Which faults are switched on, and for how many occurrences. Safe for use by many threads. */
public final class Faults {

    private static final int ALWAYS = Integer.MAX_VALUE;

    private final Map<Fault, Integer> remaining = new EnumMap<>(Fault.class);
    private final Runnable onChange;
    private Predicate<ReceivedRequest> victims = request -> true;

    /** Nothing is switched on; {@code onChange} is told of every switch, so that open watches can react. */
    Faults(Runnable onChange) {
        this.onChange = onChange;
    }

    /** The next occurrence fails. */
    public Faults once(Fault fault) {
        return times(fault, 1);
    }

    /** The next {@code count} occurrences fail, whatever was set for this fault before. */
    public Faults times(Fault fault, int count) {
        set(fault, count);
        return this;
    }

    /** Every occurrence fails until {@link #off}. */
    public Faults on(Fault fault) {
        return times(fault, ALWAYS);
    }

    /** No occurrence fails any more. */
    public Faults off(Fault fault) {
        return times(fault, 0);
    }

    /** Faults hit only requests (and the watches they opened) that satisfy {@code victims}; at first: all. */
    public Faults onlyFor(Predicate<ReceivedRequest> victims) {
        synchronized (this) {
            this.victims = victims;
        }
        onChange.run();
        return this;
    }

    /** How many occurrences are still to come; 0 when the fault is switched off or used up. */
    public synchronized int remaining(Fault fault) {
        return remaining.getOrDefault(fault, 0);
    }

    /** Whether {@code request} is to suffer {@code fault} now; uses it up by one. */
    synchronized boolean take(Fault fault, ReceivedRequest request) {
        boolean hit = isOn(fault, request);
        if (hit && remaining(fault) != ALWAYS) {
            remaining.merge(fault, -1, Integer::sum);
        }
        return hit;
    }

    /** Whether {@code fault} holds for {@code request}; uses nothing up. */
    synchronized boolean isOn(Fault fault, ReceivedRequest request) {
        return remaining(fault) > 0 && victims.test(request);
    }

    private void set(Fault fault, int count) {
        synchronized (this) {
            remaining.put(fault, count);
        }
        onChange.run();
    }
}
