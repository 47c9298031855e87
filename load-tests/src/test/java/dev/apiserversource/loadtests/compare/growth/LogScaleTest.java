package dev.apiserversource.loadtests.compare.growth;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class LogScaleTest {

    @Test
    void endsAreRoundAndHaveRoomForAllValues() {
        LogScale scale = LogScale.around(List.of(37.0, 4_100.0), 0, 100);
        assertThat(scale).isEqualTo(new LogScale(20, 5_000, 0, 100));
        assertThat(LogScale.around(List.of(1_000.0, 1_000_000.0), 0, 100))
                .isEqualTo(new LogScale(1_000, 1_000_000, 0, 100));
        assertThat(LogScale.around(List.of(0.07), 0, 100).min()).isEqualTo(0.05, within(1e-9));
    }

    @Test
    void equalRatiosAreEqualDistances() {
        LogScale scale = new LogScale(1, 100, 200, 0);
        assertThat(scale.position(1)).isEqualTo(200);
        assertThat(scale.position(10)).isEqualTo(100, within(1e-9));
        assertThat(scale.position(100)).isEqualTo(0, within(1e-9));
    }

    @Test
    void oneValueHasAScaleToo() {
        LogScale scale = LogScale.around(List.of(100.0), 0, 100);
        assertThat(scale.max()).isGreaterThan(scale.min());
        assertThat(scale.position(100)).isBetween(0.0, 100.0);
    }

    @Test
    void ticksAreDecadesWhenThereAreMany() {
        assertThat(new LogScale(1, 50, 0, 1).ticks()).containsExactly(1.0, 2.0, 5.0, 10.0, 20.0, 50.0);
        assertThat(new LogScale(1, 10_000, 0, 1).ticks()).containsExactly(1.0, 10.0, 100.0, 1_000.0, 10_000.0);
    }

    @Test
    void labelsAreShort() {
        assertThat(List.of(0.05, 20.0, 3_000.0, 1_000_000.0).stream().map(LogScale::label))
                .containsExactly("0.05", "20", "3 k", "1 M");
    }
}
