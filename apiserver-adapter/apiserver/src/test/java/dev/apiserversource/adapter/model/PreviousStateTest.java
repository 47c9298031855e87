package dev.apiserversource.adapter.model;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class PreviousStateTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 3_000, 1_500_000})
    void keepsDataThatCannotBeCompressed(int length) {
        byte[] data = new byte[length];
        new SplittableRandom(1).nextBytes(data);

        assertThat(PreviousStateFixture.of("7", data).data()).isEqualTo(data);
    }

    @Test
    void compressesText() {
        byte[] data = "{\"name\":\"a\"},".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        PreviousState state = PreviousStateFixture.of("7", data);

        assertThat(state.compressed()).hasSizeLessThan(data.length / 20);
        assertThat(state.data()).isEqualTo(data);
        assertThat(state.isKnown()).isTrue();
    }

    @Test
    void hasNoDataWhenItIsUnknown() {
        assertThat(PreviousState.UNKNOWN.isKnown()).isFalse();
        assertThat(PreviousState.UNKNOWN.data()).isEmpty();
    }
}
