package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.Busybox.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class BusyboxTest {

    @ParameterizedTest
    @CsvSource({
        "busybox, true",
        "busybox:1.36, true",
        "docker.io/library/busybox@sha256:0, true",
        "nginx, false",
        "busyboxes, false",
        "busybox/nginx, false"
    })
    void recognizesItsImage(String image, boolean expected) {
        assertThat(Busybox.isImage(image)).isEqualTo(expected);
    }

    @Test
    void computesTheOutcomeOfAFewCommands() {
        assertThat(Busybox.run(List.of("ls")).lines()).startsWith("bin", "dev", "etc");
        assertThat(Busybox.run(List.of("echo", "a", "b"))).isEqualTo(exited(0, "a b"));
        assertThat(Busybox.run(List.of("true"))).isEqualTo(exited(0));
        assertThat(Busybox.run(List.of("false"))).isEqualTo(exited(1));
        assertThat(Busybox.run(List.of())).isEqualTo(exited(0));
    }

    @Test
    void sleepsForTheGivenSeconds() {
        assertThat(Busybox.run(List.of("sleep", "3600")).duration()).isEqualTo(Duration.ofHours(1));
        assertThat(Busybox.run(List.of("sleep", "well"))).isEqualTo(exited(1, "sleep: invalid number 'well'"));
    }

    @Test
    void failsOnAnUnknownCommand() {
        Outcome outcome = Busybox.run(List.of("rm", "-rf", "/"));

        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(outcome.lines()).singleElement().asString().startsWith("rm: not found");
    }

    private static Outcome exited(int exitCode, String... lines) {
        return new Outcome(List.of(lines), exitCode, Duration.ZERO);
    }
}
