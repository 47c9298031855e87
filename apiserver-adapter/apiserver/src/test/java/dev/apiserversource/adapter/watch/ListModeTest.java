package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

class ListModeTest {

    private final SimulatedTime time = new SimulatedTime();
    private final ListMode mode = new ListMode(time);

    private boolean failed(Cause cause, boolean accepted) {
        mode.requested();
        if (accepted) {
            mode.accepted();
        }
        return mode.failed(WatchFailure.of(cause, ""));
    }

    @ParameterizedTest
    @EnumSource(names = {"ENDED", "CUT", "IDLE", "MALFORMED", "SERVER_ERROR"})
    void listsInPagesAfterTwoIncompleteLists(Cause cause) {
        assertThat(failed(cause, true)).isFalse();
        assertThat(mode.isStreaming()).isTrue();

        assertThat(failed(cause, true)).isTrue();
        assertThat(mode.isStreaming()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT", "UNAUTHORIZED", "FORBIDDEN", "THROTTLED", "SERVER_ERROR", "GONE"})
    void aRequestThatIsNotAcceptedDoesNotCount(Cause cause) {
        for (int i = 0; i < 10; i++) {
            assertThat(failed(cause, false)).isFalse();
        }

        assertThat(mode.isStreaming()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"IDLE", "AHEAD"})
    void aWatchCacheThatIsNotRecentCounts(Cause cause) {
        failed(cause, false);

        assertThat(failed(cause, false)).isTrue();
    }

    @Test
    void aCompleteListStartsTheCountOver() {
        failed(Cause.CUT, true);
        mode.completed();

        assertThat(failed(Cause.CUT, true)).isFalse();
    }

    @Test
    void requestsStreamingListsAgainAfterFourHours() {
        mode.refused();
        time.advance(Duration.ofHours(4).minusMillis(1));
        assertThat(mode.isStreaming()).isFalse();
        time.advance(Duration.ofMillis(1));

        assertThat(mode.isStreaming()).isTrue();
        assertThat(failed(Cause.CUT, true)).isFalse();
    }
}
