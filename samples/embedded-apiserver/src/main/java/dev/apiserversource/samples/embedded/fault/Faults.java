package dev.apiserversource.samples.embedded.fault;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;

/** The faults that are on, and for how many occurrences. Thread-safe. */
public final class Faults {

    private static final int ALWAYS = Integer.MAX_VALUE;

    private final Map<ServerFault, Integer> remaining = new EnumMap<>(ServerFault.class);
    private final Runnable onChange;
    private Predicate<ReceivedRequest> filter = request -> true;

    /** Starts with every fault off. {@code onChange} runs after every change, so that open watches can react. */
    public Faults(Runnable onChange) {
        this.onChange = onChange;
    }

    /** The next occurrence fails. */
    public Faults once(ServerFault fault) {
        return times(fault, 1);
    }

    /** The next {@code count} occurrences fail. Replaces what was set for this fault before. */
    public Faults times(ServerFault fault, int count) {
        set(fault, count);
        return this;
    }

    /** Every occurrence fails until {@link #off}. */
    public Faults on(ServerFault fault) {
        return times(fault, ALWAYS);
    }

    /** No occurrence fails any more. */
    public Faults off(ServerFault fault) {
        return times(fault, 0);
    }

    /** Restricts all faults to the requests that match, and to the watches they opened. The default is all. */
    public Faults onlyFor(Predicate<ReceivedRequest> filter) {
        synchronized (this) {
            this.filter = filter;
        }
        onChange.run();
        return this;
    }

    /** The number of occurrences left; 0 when the fault is off or used up. */
    public synchronized int remaining(ServerFault fault) {
        return remaining.getOrDefault(fault, 0);
    }

    /** Whether {@code request} fails with {@code fault} now. Uses up one occurrence. */
    public synchronized boolean take(ServerFault fault, ReceivedRequest request) {
        boolean hit = isOn(fault, request);
        if (hit && remaining(fault) != ALWAYS) {
            remaining.merge(fault, -1, Integer::sum);
        }
        return hit;
    }

    /** Whether {@code fault} is on for {@code request}. Uses up nothing. */
    public synchronized boolean isOn(ServerFault fault, ReceivedRequest request) {
        return remaining(fault) > 0 && filter.test(request);
    }

    private void set(ServerFault fault, int count) {
        synchronized (this) {
            remaining.put(fault, count);
        }
        onChange.run();
    }
}
