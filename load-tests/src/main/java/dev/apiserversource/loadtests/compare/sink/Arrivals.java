package dev.apiserversource.loadtests.compare.sink;

import java.io.PrintStream;
import java.util.Arrays;

/**
 * What has arrived since the last reset. Prints a line when the number of events reaches a mark: {@code mark <number>
 * <nanoseconds>}.
 */
final class Arrivals {

    private final PrintStream out;
    private long[] marks = {};
    private int nextMark;
    private long count;
    private long first;
    private long last;
    private long[] arrivedAt = new long[1 << 10];
    private long[] latencies = new long[1 << 10];
    private int measured;

    Arrivals(PrintStream out) {
        this.out = out;
    }

    /** Forgets everything; marks are in ascending order. */
    synchronized void reset(long... newMarks) {
        marks = newMarks.clone();
        nextMark = 0;
        count = 0;
        measured = 0;
        out.println("reset");
    }

    synchronized void add(int requests, long now) {
        if (count == 0) {
            first = now;
        }
        last = now;
        count += requests;
        while (nextMark < marks.length && count >= marks[nextMark]) {
            out.println("mark " + marks[nextMark++] + " " + now);
        }
    }

    /** One event that was written at {@code written} arrives now. */
    synchronized void measured(long written, long now) {
        if (written == 0) {
            return;
        }
        if (measured == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * measured);
            arrivedAt = Arrays.copyOf(arrivedAt, 2 * measured);
        }
        arrivedAt[measured] = now;
        latencies[measured++] = now - written;
    }

    /** Prints number, first and last arrival: {@code count <number> <nanoseconds> <nanoseconds>}. */
    synchronized void printCount() {
        out.println("count " + count + " " + first + " " + last);
    }

    /**
     * Prints the latencies of the events that arrived in a period: {@code latency} and their nanoseconds in ascending
     * order, at most ten thousand of them, evenly spread.
     *
     * @param fromSeconds begin of the period, in seconds after the first event
     * @param toSeconds its end
     */
    synchronized void printLatencies(double fromSeconds, double toSeconds) {
        long from = first + Math.round(fromSeconds * 1e9);
        long to = first + Math.round(toSeconds * 1e9);
        long[] inPeriod = new long[measured];
        int size = 0;
        for (int i = 0; i < measured; i++) {
            if (arrivedAt[i] >= from && arrivedAt[i] < to) {
                inPeriod[size++] = latencies[i];
            }
        }
        Arrays.sort(inPeriod, 0, size);
        StringBuilder line = new StringBuilder("latency");
        for (int i = 0; i < size; i++) {
            line.append(' ').append(inPeriod[i]);
        }
        out.println(line);
    }
}
