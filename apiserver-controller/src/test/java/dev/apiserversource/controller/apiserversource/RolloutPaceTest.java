package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.SettableClock;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class RolloutPaceTest {

    private final SettableClock clock = new SettableClock();
    private final RolloutPace pace = new RolloutPace(clock);

    @Test
    void tenRollAtOnceAndTheNextWaitsForOneToComplete() {
        fill();
        assertThat(pace.start("next")).isFalse();
        assertThat(pace.isWaiting("next")).isTrue();
        assertThat(pace.start("0")).isTrue();
        pace.complete("0");
        assertThat(pace.start("next")).isTrue();
        assertThat(pace.isWaiting("next")).isFalse();
    }

    @Test
    void aRolloutThatNeverCompletesKeepsNoOtherWaiting() {
        fill();
        clock.advance(Duration.ofMinutes(2));
        assertThat(pace.start("next")).isTrue();
    }

    private void fill() {
        IntStream.range(0, RolloutPace.MAX_ROLLING)
                .forEach(number -> assertThat(pace.start("" + number)).isTrue());
    }
}
