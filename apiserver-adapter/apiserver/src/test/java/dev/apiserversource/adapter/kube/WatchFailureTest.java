package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class WatchFailureTest {

    private static final Duration THREE_MINUTES = Duration.ofMinutes(3);

    private static WatchFailure failure(Cause cause) {
        return WatchFailure.of(cause, "detail");
    }

    @ParameterizedTest
    @CsvSource({
        "400, REFUSED",
        "401, UNAUTHORIZED",
        "403, FORBIDDEN",
        "404, NOT_FOUND",
        "410, GONE",
        "422, REFUSED",
        "429, THROTTLED",
        "500, SERVER_ERROR",
        "503, SERVER_ERROR",
        "504, SERVER_ERROR"
    })
    void theStatusDecidesTheCause(int status, Cause cause) {
        WatchFailure failure = WatchFailure.ofStatus(status, "message", Optional.empty());

        assertThat(failure.cause()).isEqualTo(cause);
        assertThat(failure.detail()).isEqualTo("HTTP " + status + ": message");
    }

    @Test
    void aTooLargeResourceVersionIsRecognizedByItsMessage() {
        WatchFailure failure =
                WatchFailure.ofStatus(504, "Timeout: Too large resource version: 10, current: 3", Optional.empty());

        assertThat(failure.cause()).isEqualTo(Cause.AHEAD);
        assertThat(WatchFailure.ofErrorFrame(504, "Timeout: Too large resource version: 10", Optional.empty())
                        .cause())
                .isEqualTo(Cause.AHEAD);
    }

    @ParameterizedTest
    @CsvSource({
        "410, GONE",
        "500, SERVER_ERROR",
        "504, SERVER_ERROR",
        "429, THROTTLED",
        "403, FORBIDDEN",
        "400, ERROR_FRAME",
        "0, ERROR_FRAME"
    })
    void theCodeOfAnErrorFrameDecidesTheCause(int code, Cause cause) {
        assertThat(WatchFailure.ofErrorFrame(code, "message", Optional.empty()).cause())
                .isEqualTo(cause);
    }

    @ParameterizedTest
    @EnumSource
    void aSuspectPositionIsLostAfterThreeMinutes(Cause cause) {
        boolean lostAtOnce = failure(cause).losesPosition(0, Duration.ZERO);

        assertThat(failure(cause).losesPosition(0, THREE_MINUTES.minusMillis(1)))
                .isEqualTo(lostAtOnce);
        assertThat(failure(cause).losesPosition(0, THREE_MINUTES))
                .isEqualTo(lostAtOnce || failure(cause).isPositionSuspect());
    }

    @Test
    void theThirdVeryShortWatchLosesThePosition() {
        assertThat(failure(Cause.VERY_SHORT).losesPosition(2, THREE_MINUTES)).isFalse();
        assertThat(failure(Cause.VERY_SHORT).losesPosition(3, Duration.ZERO)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"GONE", "RESET"})
    void losesThePositionAtOnce(Cause cause) {
        assertThat(failure(cause).losesPosition(0, Duration.ZERO)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"ENDED", "CUT", "NOT_FOUND", "SERVER_ERROR", "THROTTLED", "INTERNAL"})
    void neverLosesThePosition(Cause cause) {
        assertThat(failure(cause).losesPosition(100, Duration.ofDays(1))).isFalse();
    }

    @Test
    void anExceptionIsLoggedWithItsStackTrace() {
        IllegalStateException bug = new IllegalStateException("bug");

        assertThat(WatchFailure.internal(bug).exception()).contains(bug);
        assertThat(WatchFailure.internal(bug).isLogged(1)).isTrue();
        assertThat(WatchFailure.internal(bug).detail()).contains("bug");
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "REFUSED"})
    void needsInterventionAndIsNotReady(Cause cause) {
        assertThat(failure(cause).isDenied(true)).isTrue();
        assertThat(failure(cause).staysOpen(1)).isFalse();
    }

    @Test
    void aConnectionFailureIsADenialOnlyBeforeTheFirstOpenWatch() {
        assertThat(failure(Cause.CUT).isDenied(false)).isTrue();
        assertThat(failure(Cause.CUT).isDenied(true)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"ENDED", "VERY_SHORT"})
    void aCleanEndIsNotLoggedAndClosesTheStreamOnlyIfRepeated(Cause cause) {
        assertThat(failure(cause).isLogged(1)).isFalse();
        assertThat(failure(cause).staysOpen(2)).isTrue();
        assertThat(failure(cause).staysOpen(3)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"GONE", "RESET"})
    void aLostPositionDoesNotCloseTheStream(Cause cause) {
        assertThat(failure(cause).isLogged(1)).isFalse();
        assertThat(failure(cause).staysOpen(100)).isTrue();
    }

    @Test
    void theFirstFailureInARowAndEveryTenthIsLogged() {
        WatchFailure failure = failure(Cause.SERVER_ERROR);

        assertThat(failure.isLogged(1)).isTrue();
        assertThat(failure.isLogged(2)).isFalse();
        assertThat(failure.isLogged(9)).isFalse();
        assertThat(failure.isLogged(10)).isTrue();
        assertThat(failure.isLogged(20)).isTrue();
    }

    @Test
    void aSecondFailureInARowClosesTheStream() {
        assertThat(failure(Cause.SERVER_ERROR).staysOpen(1)).isTrue();
        assertThat(failure(Cause.SERVER_ERROR).staysOpen(2)).isFalse();
    }
}
