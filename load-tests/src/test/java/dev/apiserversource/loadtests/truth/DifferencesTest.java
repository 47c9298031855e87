package dev.apiserversource.loadtests.truth;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class DifferencesTest {

    private static final List<Step> WRITTEN = List.of(Step.add("1"), Step.update("2"), Step.update("3"), Step.DELETE);

    @Test
    void findsNoneWhenEveryStepCameInOrder() {
        assertThat(Differences.ofEveryStep(WRITTEN, WRITTEN)).isEqualTo(none());
    }

    @Test
    void findsALostStep() {
        Differences found = Differences.ofEveryStep(WRITTEN, List.of(Step.add("1"), Step.update("3"), Step.DELETE));

        assertThat(found.lost()).containsExactly(Step.update("2"));
        assertThat(found.unexpected()).isEmpty();
    }

    @Test
    void findsAStepOutOfPlace() {
        Differences found = Differences.ofEveryStep(
                WRITTEN, List.of(Step.add("1"), Step.update("3"), Step.update("2"), Step.DELETE));

        assertThat(found.lost()).isEmpty();
        assertThat(found.unexpected()).containsExactly(Step.update("2"));
    }

    @Test
    void findsAStepThatWasNeverWritten() {
        Differences found = Differences.ofEveryStep(List.of(Step.add("1")), List.of(Step.add("1"), Step.update("9")));

        assertThat(found.unexpected()).containsExactly(Step.update("9"));
    }

    @Test
    void forgivesMissingStepsWhenOnlyTheLastCounts() {
        assertThat(Differences.ofLastStep(WRITTEN, List.of(Step.add("2"), Step.DELETE)))
                .isEqualTo(none());
    }

    @Test
    void missesTheLastStepWhenOnlyThatCounts() {
        assertThat(Differences.ofLastStep(WRITTEN, WRITTEN.subList(0, 3)).lost())
                .containsExactly(Step.DELETE);
    }

    @Test
    void doesNotForgiveInventedStepsWhenOnlyTheLastCounts() {
        Differences found = Differences.ofLastStep(WRITTEN, List.of(Step.add("1"), Step.update("9"), Step.DELETE));

        assertThat(found.unexpected()).containsExactly(Step.update("9"));
    }

    private static Differences none() {
        return new Differences(List.of(), List.of());
    }
}
