package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.Busybox.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class BusyboxTest {

    private final Busybox busybox = new Busybox(Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource({
        "busybox, true",
        "busybox:1.36, true",
        "docker.io/library/busybox@sha256:0, true",
        "nginx, false",
        "busyboxes, false",
        "busybox/nginx, false"
    })
    void knowsItsImage(String image, boolean expected) {
        assertThat(Busybox.isImage(image)).isEqualTo(expected);
    }

    @Test
    void imitatesAFewCommands() {
        assertThat(busybox.run(List.of("ls")).lines()).startsWith("bin", "dev", "etc");
        assertThat(busybox.run(List.of("echo", "a", "b"))).isEqualTo(ended(0, "a b"));
        assertThat(busybox.run(List.of("date"))).isEqualTo(ended(0, "Fri Jan  2 03:04:05 UTC 2026"));
        assertThat(busybox.run(List.of("false"))).isEqualTo(ended(1));
        assertThat(busybox.run(List.of())).isEqualTo(ended(0));
    }

    @Test
    void sleepsAsLongAsItIsTold() {
        assertThat(busybox.run(List.of("sleep", "3600")).duration()).isEqualTo(Duration.ofHours(1));
        assertThat(busybox.run(List.of("sleep", "well"))).isEqualTo(ended(1, "sleep: invalid number 'well'"));
    }

    @Test
    void failsOnACommandItDoesNotKnow() {
        Outcome outcome = busybox.run(List.of("rm", "-rf", "/"));

        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(outcome.lines()).singleElement().asString().startsWith("rm: not found");
    }

    private static Outcome ended(int exitCode, String... lines) {
        return new Outcome(List.of(lines), exitCode, Duration.ZERO);
    }
}
