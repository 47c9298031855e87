package dev.apiserversource.loadtests.compare.process;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ArgumentsTest {

    @Test
    void laterValuesReplaceEarlierOnes() {
        assertThat(Arguments.parse("--ours", "a", "--rounds", "3", "--ours", ""))
                .containsEntry("ours", "")
                .containsEntry("rounds", "3");
    }

    @Test
    void incompletePairsAreRefused() {
        assertThatThrownBy(() -> Arguments.parse("--rounds")).hasMessageContaining("--rounds");
        assertThatThrownBy(() -> Arguments.parse("rounds", "3")).hasMessageContaining("rounds");
    }
}
