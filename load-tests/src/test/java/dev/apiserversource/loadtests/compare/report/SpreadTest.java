package dev.apiserversource.loadtests.compare.report;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SpreadTest {

    @Test
    void medianOfOddAndEvenCounts() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 9));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(1, 3, 9));
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void percentileIsAValueOfTheData() {
        long[] hundred = LongStream.rangeClosed(1, 100).toArray();
        assertThat(Spread.percentile(hundred, 0.5)).isEqualTo(50);
        assertThat(Spread.percentile(hundred, 0.99)).isEqualTo(99);
        assertThat(Spread.percentile(hundred, 1)).isEqualTo(100);
        assertThat(Spread.percentile(new long[] {7}, 0.99)).isEqualTo(7);
        assertThat(Spread.percentile(new long[] {7, 8, 9}, 0.5)).isEqualTo(8);
        assertThat(Spread.percentile(new long[] {7, 8}, 0)).isEqualTo(7);
    }
}
