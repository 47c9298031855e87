package dev.apiserversource.adapter.state;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which objects of a stream a replay has visited, and up to which of them everything is settled.
 *
 * <pre>
 *   list      a     b     c     d     e     f
 *   visited   x     x     x     x
 *   settled   x           x
 *             |                 |
 *             mark: stored      visited up to here
 * </pre>
 *
 * <p>Objects are visited in the order of the list: that of the bytes of {@code namespace/name}, in which etcd keeps
 * them. So one name says what is left, for a list that is requested again and for a later process. An API server with
 * another order is found by it. Then no name is stored, and a replay that is interrupted starts over.
 *
 * <p>Memory: one entry for each visited object that is not settled.
 */
public final class ReplayProgress {

    private final StreamState state;
    private final InstantSource clock;
    private final Set<Visit> unsettled = new LinkedHashSet<>();

    /** Up to where objects were visited, as the mark would be if all of them were settled. */
    private ReplayMark visited;

    private String listed = "";
    private boolean ordered = true;
    private boolean listComplete;

    private ReplayProgress(StreamState state, InstantSource clock, ReplayMark mark) {
        this.state = state;
        this.clock = clock;
        this.visited = mark;
    }

    /** Continues the replay {@code value} where an earlier process has left it, or begins it. */
    public static ReplayProgress of(StreamState state, String value, InstantSource clock) {
        Optional<ReplayMark> mark =
                state.replay().filter(stored -> stored.value().equals(value));
        ReplayProgress progress =
                new ReplayProgress(state, clock, mark.orElseGet(() -> ReplayMark.start(value, clock.instant())));
        progress.store(progress.visited);
        return progress;
    }

    /** Whether every object is settled. */
    public boolean isComplete() {
        return mark().completed().isPresent();
    }

    /** Up to where all is settled. */
    public ReplayMark mark() {
        return unsettled.isEmpty() ? visited : unsettled.iterator().next().before;
    }

    /** A list begins, from its first object. */
    public void beginList() {
        listed = "";
    }

    /**
     * A list shows the object {@code namespace/name}. Returns whether it is to be visited, or was visited before.
     */
    public boolean isLeft(String object) {
        if (ordered && isAfter(listed, object)) {
            ordered = false;
            visited = visited.upTo("", 0);
        }
        listed = object;
        return visited.upTo().isEmpty() || isAfter(object, visited.upTo());
    }

    /** Whether lists are in the order of names. If not, what was visited before that was found is visited again. */
    public boolean isOrdered() {
        return ordered;
    }

    private static boolean isAfter(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)) > 0;
    }

    /** The object is not replayed: a filter leaves it out. */
    public void skip(String object) {
        moveTo(object, visited.objects());
    }

    /** The object is replayed; it is unsettled until the returned action is run. */
    public Runnable visit(String object) {
        Visit visit = new Visit(visited);
        unsettled.add(visit);
        moveTo(object, visited.objects() + 1);
        return visit;
    }

    private void moveTo(String object, long objects) {
        visited = visited.upTo(ordered ? object : "", objects);
    }

    /** The list is complete. The replay is, once all of it is settled. */
    public void endList() {
        listComplete = true;
        advance();
    }

    private void advance() {
        if (listComplete && unsettled.isEmpty()) {
            visited = visited.completedAt(clock.instant());
        }
        store(mark());
    }

    private void store(ReplayMark mark) {
        state.replayedUpTo(mark);
    }

    /** An object that is not settled. It is settled when it is run. Two are never equal. */
    private final class Visit implements Runnable {

        private final ReplayMark before;

        Visit(ReplayMark before) {
            this.before = before;
        }

        @Override
        public void run() {
            if (unsettled.remove(this)) {
                advance();
            }
        }
    }
}
