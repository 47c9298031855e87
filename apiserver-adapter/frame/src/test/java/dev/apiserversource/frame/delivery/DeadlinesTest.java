package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class DeadlinesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedTime time = new SimulatedTime();
    private final Deadlines deadlines = new Deadlines(Duration.ofSeconds(10), time);
    private final List<String> passed = new ArrayList<>();

    private Deadlines.Deadline set(String name) {
        return deadlines.set(() -> passed.add(name + " at " + time.uptime().toSeconds()));
    }

    @Test
    void eachPassesAtItsOwnTime() {
        set("first");
        time.advance(SECOND);
        set("second");
        set("third");
        time.advance(Duration.ofSeconds(20));

        assertThat(passed).containsExactly("first at 10", "second at 11", "third at 11");
    }

    @Test
    void cancelledOnesDoNotPassAndTheNextIsNotLate() {
        Deadlines.Deadline first = set("first");
        time.advance(SECOND);
        set("second");
        first.cancel();
        time.advance(Duration.ofSeconds(20));

        assertThat(passed).containsExactly("second at 11");
    }

    @Test
    void oneSetLongAfterTheLastPasses() {
        set("first").cancel();
        time.advance(Duration.ofMinutes(1));
        set("second");
        time.advance(Duration.ofSeconds(10));

        assertThat(passed).containsExactly("second at 70");
    }

    @Test
    void anActionCanSetAndCancelOthers() {
        List<Deadlines.Deadline> next = new ArrayList<>();
        deadlines.set(() -> {
            next.get(0).cancel();
            set("late");
        });
        next.add(set("cancelled"));
        time.advance(Duration.ofSeconds(20));

        assertThat(passed).containsExactly("late at 20");
    }

    @Test
    void theyNeedOneTimerHoweverManyThereAre() {
        for (int i = 0; i < 1000; i++) {
            set("any");
            time.advance(Duration.ofMillis(1));
        }

        assertThat(time.pending()).isOne();
    }
}
