package dev.apiserversource.adapter.kube;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class ReadBudgetTest {

    private static final int LARGE = 100_000;

    private final ReadBudget budget = new ReadBudget(2 * LARGE);
    private final List<String> pulls = new ArrayList<>();

    /** A reader of which {@code counted} bytes count with the chunk that it pulls. */
    private ReadBudget.Share reader(String name, int counted) {
        ReadBudget.Share share = budget.share();
        share.hold(ReadBudget.FREE_BYTES - ReadBudget.CHUNK + counted);
        share.whenAvailable(() -> pulls.add(name));
        return share;
    }

    @Test
    void aReaderThatHoldsLittleReadsFreely() {
        reader("a", 3 * LARGE);
        reader("b", LARGE);
        reader("small", 0);

        assertThat(pulls).containsExactly("a", "small");
    }

    @Test
    void aReaderWaitsWhileTheBudgetIsUsedUp() {
        reader("a", LARGE);
        ReadBudget.Share beyond = reader("beyond", 2 * LARGE);
        reader("c", LARGE);
        assertThat(pulls).containsExactly("a", "beyond");

        beyond.hold(0);
        assertThat(pulls).containsExactly("a", "beyond", "c");
        assertThat(budget.heldBytes()).isEqualTo(2 * LARGE);
    }

    @Test
    void oneReaderAtATimeReadsBeyondTheBound() {
        ReadBudget.Share a = reader("a", 3 * LARGE);
        ReadBudget.Share b = reader("b", 3 * LARGE);
        reader("c", 3 * LARGE);
        assertThat(pulls).containsExactly("a");
        a.whenAvailable(() -> pulls.add("a again"));
        assertThat(pulls).containsExactly("a", "a again");

        a.release();
        assertThat(pulls).containsExactly("a", "a again", "b");
        b.release();
        assertThat(pulls).containsExactly("a", "a again", "b", "c");
    }

    @Test
    void aClosedReaderDoesNotWait() {
        ReadBudget.Share a = reader("a", 3 * LARGE);
        reader("b", LARGE).release();
        a.release();

        assertThat(pulls).containsExactly("a");
        assertThat(budget.heldBytes()).isZero();
    }

    /** Readers with frames larger than the budget, which each pull in chunks. */
    @Test
    void everyFrameCompletesAndOneExceedsTheBound() {
        int readers = 50;
        int frame = 3 * LARGE;
        SplittableRandom random = new SplittableRandom(1);
        Queue<Integer> pulled = new ArrayDeque<>();
        List<ReadBudget.Share> shares =
                IntStream.range(0, readers).mapToObj(i -> budget.share()).toList();
        int[] held = new int[readers];
        int[] frames = new int[readers];
        long most = 0;
        IntStream.range(0, readers).forEach(i -> shares.get(i).whenAvailable(() -> pulled.add(i)));
        while (!pulled.isEmpty()) {
            int reader = pulled.remove();
            held[reader] += 1 + random.nextInt(ReadBudget.CHUNK);
            if (held[reader] >= frame) {
                held[reader] = 0;
                frames[reader]++;
            }
            shares.get(reader).hold(held[reader]);
            most = Math.max(most, budget.heldBytes());
            if (frames[reader] < 3) {
                shares.get(reader).whenAvailable(() -> pulled.add(reader));
            }
        }

        assertThat(frames).containsOnly(3);
        assertThat(most).isLessThanOrEqualTo(2 * LARGE + frame);
    }
}
