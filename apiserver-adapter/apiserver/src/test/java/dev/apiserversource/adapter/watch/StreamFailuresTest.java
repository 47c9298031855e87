package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

class StreamFailuresTest {

    private final SimulatedTime time = new SimulatedTime();
    private final StreamFailures failures = new StreamFailures(time, Duration.ofMinutes(5));

    private WatchFailure failed(Cause cause) {
        return failures.failed(WatchFailure.of(cause, ""));
    }

    private boolean losesPosition(Cause cause) {
        return failures.losesPosition(failed(cause));
    }

    private WatchFailure endedAfter(Duration open) {
        failures.opened();
        time.advance(open);
        return failed(Cause.ENDED);
    }

    @Test
    void countsFailuresInARow() {
        failed(Cause.CUT);
        failed(Cause.SERVER_ERROR);
        assertThat(failures.inARow()).isEqualTo(2);

        failures.progressed();
        failed(Cause.CUT);
        assertThat(failures.inARow()).isEqualTo(1);
    }

    @Test
    void aStableWatchEndsARowWithoutAFrame() {
        failed(Cause.CUT);
        endedAfter(Duration.ofSeconds(10));
        assertThat(failures.inARow()).isEqualTo(2);

        endedAfter(Duration.ofSeconds(11));
        assertThat(failures.inARow()).isEqualTo(1);
    }

    @Test
    void aWatchThatIsRequestedForLessIsStableSooner() {
        StreamFailures brief = new StreamFailures(time, Duration.ofSeconds(1));
        brief.failed(WatchFailure.of(Cause.CUT, ""));
        brief.opened();
        time.advance(Duration.ofMillis(501));

        assertThat(brief.failed(WatchFailure.of(Cause.ENDED, "")).cause()).isEqualTo(Cause.ENDED);
        assertThat(brief.inARow()).isEqualTo(2);
        brief.opened();
        time.advance(Duration.ofMillis(1_001));
        brief.failed(WatchFailure.of(Cause.ENDED, ""));
        assertThat(brief.inARow()).isEqualTo(1);
    }

    @Test
    void aCleanEndWithinTenSecondsWithoutAFrameIsVeryShort() {
        assertThat(endedAfter(Duration.ofMillis(9_999)).cause()).isEqualTo(Cause.VERY_SHORT);
        assertThat(endedAfter(Duration.ofSeconds(10)).cause()).isEqualTo(Cause.ENDED);
        failures.opened();
        assertThat(failed(Cause.CUT).cause()).isEqualTo(Cause.CUT);
        failures.opened();
        failures.progressed();
        assertThat(failed(Cause.ENDED).cause()).isEqualTo(Cause.ENDED);
    }

    @Test
    void aListThatEndsEarlyIsNotAVeryShortWatch() {
        assertThat(failed(Cause.ENDED).cause()).isEqualTo(Cause.ENDED);
    }

    @Test
    void theThirdVeryShortWatchWithoutAFrameLosesThePosition() {
        endedAfter(Duration.ZERO);
        failed(Cause.CUT);
        assertThat(failures.losesPosition(endedAfter(Duration.ZERO))).isFalse();

        assertThat(failures.losesPosition(endedAfter(Duration.ZERO))).isTrue();
    }

    @Test
    void aFrameConfirmsThePosition() {
        endedAfter(Duration.ZERO);
        endedAfter(Duration.ZERO);
        failures.progressed();

        assertThat(failures.losesPosition(endedAfter(Duration.ZERO))).isFalse();
    }

    @Test
    void aLongWatchWithoutAFrameConfirmsThePosition() {
        endedAfter(Duration.ZERO);
        endedAfter(Duration.ZERO);
        endedAfter(Duration.ofMinutes(5));

        assertThat(failures.losesPosition(endedAfter(Duration.ZERO))).isFalse();
    }

    @Test
    void aSuspectPositionIsLostWhenNothingElseFailedForThreeMinutes() {
        failed(Cause.MALFORMED);
        time.advance(Duration.ofMinutes(2));
        failed(Cause.SERVER_ERROR);
        time.advance(Duration.ofMinutes(2));
        assertThat(losesPosition(Cause.REFUSED)).isFalse();
        time.advance(Duration.ofMinutes(3));

        assertThat(losesPosition(Cause.AHEAD)).isTrue();
    }

    @Test
    void aConfirmedPositionIsNotSuspect() {
        failed(Cause.MALFORMED);
        failures.confirmed();
        time.advance(Duration.ofMinutes(3));

        assertThat(losesPosition(Cause.MALFORMED)).isFalse();
        assertThat(failures.inARow()).as("that is no progress").isEqualTo(2);
    }

    @Test
    void aLostPositionStartsTheRowOverUnlessItIsLostAgainWithinTenSeconds() {
        failed(Cause.CUT);
        failed(Cause.GONE);
        assertThat(failures.inARow()).isZero();
        failed(Cause.GONE);
        assertThat(failures.inARow()).isEqualTo(1);
        time.advance(Duration.ofSeconds(10));
        failed(Cause.GONE);
        assertThat(failures.inARow()).isZero();
    }
}
