package dev.apiserversource.controller;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static dev.apiserversource.controller.Liveness.MAX_STALL;
import static dev.apiserversource.controller.Liveness.MAX_UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

class LivenessTest {

    private static final List<String> HEALTHY = List.of();
    private static final List<String> UNHEALTHY = List.of("namespaces");

    private long now = Long.MAX_VALUE - 1;
    private final Liveness liveness = new Liveness(() -> now);

    @Test
    void idleProcessIsAlive() {
        assertThat(liveness.problem(HEALTHY)).isEmpty();
        advance(MAX_STALL.multipliedBy(2));
        assertThat(liveness.problem(HEALTHY)).isEmpty();
    }

    @Test
    void failsWhenNoReconciliationFinishes() {
        liveness.reconciliationStarted();
        liveness.reconciliationStarted();
        advance(MAX_STALL);
        assertThat(liveness.problem(HEALTHY)).isEmpty();
        advance(Duration.ofSeconds(1));
        assertThat(liveness.problem(HEALTHY))
                .contains("2 reconciliations are running, and none has finished for PT15M");
    }

    @Test
    void oneThatFinishesIsProgressOfAll() {
        liveness.reconciliationStarted();
        liveness.reconciliationStarted();
        advance(MAX_STALL);
        liveness.reconciliationFinished();
        advance(MAX_STALL);
        assertThat(liveness.problem(HEALTHY)).isEmpty();
    }

    @Test
    void reconciliationAfterAnIdleTimeIsNotStalled() {
        liveness.reconciliationStarted();
        liveness.reconciliationFinished();
        advance(MAX_STALL.multipliedBy(2));
        liveness.reconciliationStarted();
        assertThat(liveness.problem(HEALTHY)).isEmpty();
    }

    @Test
    void failsWhenAnInformerStaysUnhealthy() {
        assertThat(liveness.problem(UNHEALTHY)).isEmpty();
        advance(MAX_UNHEALTHY.plusSeconds(1));
        assertThat(liveness.problem(UNHEALTHY)).contains("informers not running for PT5M: namespaces");
    }

    @Test
    void healthyInformersEndThePeriod() {
        assertThat(liveness.problem(UNHEALTHY)).isEmpty();
        advance(MAX_UNHEALTHY);
        assertThat(liveness.problem(HEALTHY)).isEmpty();
        advance(MAX_UNHEALTHY);
        assertThat(liveness.problem(UNHEALTHY)).isEmpty();
    }

    private void advance(Duration duration) {
        now += duration.toNanos();
    }
}
