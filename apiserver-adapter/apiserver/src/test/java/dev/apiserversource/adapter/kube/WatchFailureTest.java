package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class WatchFailureTest {

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
    }

    @ParameterizedTest
    @CsvSource({"410, GONE", "500, ERROR_FRAME", "504, ERROR_FRAME", "0, ERROR_FRAME"})
    void anErrorFrameIsGoneOnlyWithItsCode(int code, Cause cause) {
        assertThat(WatchFailure.ofErrorFrame(code, "message", Optional.empty()).cause())
                .isEqualTo(cause);
    }

    @ParameterizedTest
    @EnumSource
    void onlyASuspectPositionIsLostByRepetition(Cause cause) {
        boolean lostAtOnce = failure(cause).losesPosition(0);

        assertThat(failure(cause).losesPosition(4)).isEqualTo(lostAtOnce);
        assertThat(failure(cause).losesPosition(5))
                .isEqualTo(lostAtOnce || failure(cause).isPositionSuspect());
    }

    @ParameterizedTest
    @EnumSource(names = {"GONE", "NOT_FOUND", "RESET"})
    void losesThePositionAtOnce(Cause cause) {
        assertThat(failure(cause).losesPosition(0)).isTrue();
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
    @EnumSource(names = {"ENDED", "GONE", "RESET"})
    void regularEndsAreNeitherLoggedNorCloseTheStream(Cause cause) {
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
