package dev.apiserversource.loadtests.verify;

import dev.apiserversource.loadtests.verify.HistoryComparison.Step;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class HistoryComparisonTest {

    private static final List<Step> WRITTEN = List.of(Step.add("1"), Step.update("2"), Step.update("3"), Step.DELETE);

    @Test
    void everyChangeInOrderIsFlawless() {
        assertThat(HistoryComparison.ofEveryChange(WRITTEN, WRITTEN)).isEqualTo(none());
    }

    @Test
    void missingChangeIsLost() {
        HistoryComparison found =
                HistoryComparison.ofEveryChange(WRITTEN, List.of(Step.add("1"), Step.update("3"), Step.DELETE));

        assertThat(found.lost()).containsExactly(Step.update("2"));
        assertThat(found.unexpected()).isEmpty();
    }

    @Test
    void changeOutOfOrderIsUnexpected() {
        HistoryComparison found = HistoryComparison.ofEveryChange(
                WRITTEN, List.of(Step.add("1"), Step.update("3"), Step.update("2"), Step.DELETE));

        assertThat(found.lost()).isEmpty();
        assertThat(found.unexpected()).containsExactly(Step.update("2"));
    }

    @Test
    void changeNeverWrittenIsUnexpected() {
        HistoryComparison found =
                HistoryComparison.ofEveryChange(List.of(Step.add("1")), List.of(Step.add("1"), Step.update("9")));

        assertThat(found.unexpected()).containsExactly(Step.update("9"));
    }

    @Test
    void finalStateAloneIsFlawless() {
        assertThat(HistoryComparison.ofFinalState(WRITTEN, List.of(Step.add("2"), Step.DELETE)))
                .isEqualTo(none());
    }

    @Test
    void missingFinalStateIsLost() {
        assertThat(HistoryComparison.ofFinalState(WRITTEN, WRITTEN.subList(0, 3))
                        .lost())
                .containsExactly(Step.DELETE);
    }

    @Test
    void changeNeverWrittenIsUnexpectedBesideFinalState() {
        HistoryComparison found =
                HistoryComparison.ofFinalState(WRITTEN, List.of(Step.add("1"), Step.update("9"), Step.DELETE));

        assertThat(found.unexpected()).containsExactly(Step.update("9"));
    }

    private static HistoryComparison none() {
        return new HistoryComparison(List.of(), List.of());
    }
}
