package dev.apiserversource.loadtests.compare.process;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProcFilesTest {

    @Test
    void cpuIsUserAndSystemTime() {
        String stat = "4711 (java) S 1 4711 1 0 -1 4194304 9 0 0 0 250 31 7 8 20 0 24 0 1000 9 9";
        assertThat(ProcFiles.cpu(stat)).isEqualTo(Duration.ofMillis(2_810));
    }

    @Test
    void nameOfTheProgramMayHaveSpacesAndParentheses() {
        String stat = "4711 (a) b (c)) S 1 4711 1 0 -1 4194304 9 0 0 0 2 1 7 8 20 0 24 0 1000 9 9";
        assertThat(ProcFiles.cpu(stat)).isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void memoryIsInKibibytes() {
        List<String> rollup = List.of("00400000-7fff ---p 0 00:00 0 [rollup]", "Rss:   1024 kB", "Pss:   512 kB");
        assertThat(ProcFiles.bytes(rollup, "Pss:")).isEqualTo(524_288);
        assertThatThrownBy(() -> ProcFiles.bytes(rollup, "Swap:")).hasMessageContaining("Swap");
    }

    @Test
    void ownProcessHasCpuAndMemory() {
        long own = ProcessHandle.current().pid();
        assertThat(ProcFiles.cpu(own)).isPositive();
        assertThat(ProcFiles.resident(own)).isBetween(1L << 20, ProcFiles.peakResident(own) + (64L << 20));
        assertThat(ProcFiles.proportional(own)).isPositive();
    }
}
