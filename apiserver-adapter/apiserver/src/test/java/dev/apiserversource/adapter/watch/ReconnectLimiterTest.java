package dev.apiserversource.adapter.watch;

import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class ReconnectLimiterTest {

    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    private final SimulatedTime time = new SimulatedTime();
    private final ReconnectLimiter limiter = new ReconnectLimiter(time, new SplittableRandom(1));
    private final List<String> sent = new ArrayList<>();

    private ReconnectLimiter.Turn await(String name) {
        ReconnectLimiter.Turn turn = limiter.turn();
        turn.await(() -> sent.add(name));
        return turn;
    }

    @Test
    void aReachableApiServerIsNotLimited() {
        await("a");
        await("b");

        assertThat(sent).containsExactly("a", "b");
        assertThat(time.pending()).isZero();
    }

    @Test
    void oneRequestEachHalfSecondGoesToAnUnreachableApiServer() {
        limiter.unreachable();
        await("a");
        await("b");
        await("c");
        time.advance(Duration.ZERO);
        assertThat(sent).containsExactly("a");
        time.advance(HALF_A_SECOND.minusMillis(1));
        assertThat(sent).containsExactly("a");

        time.advance(HALF_A_SECOND);
        assertThat(sent).containsExactly("a", "b");
        await("d");
        time.advance(Duration.ofSeconds(1));
        assertThat(sent).containsExactly("a", "b", "c", "d");
    }

    @Test
    void anAnswerLetsAllOthersContinueWithinTwoSeconds() {
        limiter.unreachable();
        for (int i = 0; i < 100; i++) {
            await("n" + i);
        }
        time.advance(Duration.ZERO);
        limiter.reachable();
        time.advance(Duration.ofSeconds(1));
        assertThat(sent).hasSizeBetween(30, 70);
        time.advance(Duration.ofSeconds(1));

        assertThat(sent).hasSize(100).doesNotHaveDuplicates();
        assertThat(time.pending()).isZero();
    }

    @Test
    void aCancelledTurnIsNotTaken() {
        limiter.unreachable();
        ReconnectLimiter.Turn a = await("a");
        ReconnectLimiter.Turn b = await("b");
        a.cancel();
        limiter.reachable();
        b.cancel();
        time.advance(Duration.ofSeconds(5));

        assertThat(sent).isEmpty();
        assertThat(time.pending()).isZero();
    }

    @Test
    void noTimerIsLeftWhenAllAreCancelled() {
        limiter.unreachable();
        await("a").cancel();

        assertThat(time.pending()).isZero();
    }

    @Test
    void aSecondOutageIsLimitedAgain() {
        limiter.unreachable();
        await("a");
        time.advance(Duration.ZERO);
        limiter.reachable();
        limiter.unreachable();
        await("b");
        assertThat(sent).containsExactly("a");
        time.advance(HALF_A_SECOND);

        assertThat(sent).containsExactly("a", "b");
    }
}
