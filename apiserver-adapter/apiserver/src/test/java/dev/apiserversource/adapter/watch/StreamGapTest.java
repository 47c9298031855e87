package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamSnapshot;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.bookmark;
import static dev.apiserversource.adapter.watch.Frames.error;
import static dev.apiserversource.adapter.watch.Frames.object;
import static dev.apiserversource.adapter.watch.Frames.page;
import static org.assertj.core.api.Assertions.assertThat;

/** Gaps of a stream: when they open, when they close and what they report. */
class StreamGapTest {

    private final StreamFixture fixture = new StreamFixture();

    private void expire() {
        fixture.call().send(error(410, "too old"));
        fixture.advance(StreamFixture.MAX_BACKOFF);
    }

    private double counted(String meter, String reason) {
        return fixture.registry.find(meter).tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void theFirstListIsNotAGap() {
        fixture.watching(10, added("a", 3));

        assertThat(fixture.gaps).isEmpty();
    }

    @Test
    void aResumedWatchIsNotAGap() {
        fixture.watching(10, added("a", 3)).send(bookmark(12)).end();
        fixture.advance(StreamFixture.MAX_BACKOFF);
        fixture.call().ok().send(added("b", 13));

        assertThat(fixture.gaps).isEmpty();
    }

    @Test
    void aGapHasItsRangeAndTheNumbersOfChanges() {
        fixture.watching(10, added("gone", 1), added("also-gone", 2), added("kept", 3), added("changed", 4))
                .send(bookmark(20));
        expire();
        fixture.list(
                50, added("kept", 3), added("changed", 30), added("new", 31), added("newer", 32), added("newest", 33));

        assertThat(fixture.gaps).containsExactly(new Gap("gone", "20", "50", 3, 1, 2));
        assertThat(counted("apiserversource.gaps", "gone")).isEqualTo(1);
    }

    @Test
    void aGapFollowsAllOfItsChanges() {
        fixture.watching(10, added("gone", 1), added("changed", 4));
        expire();
        fixture.capacity.close();
        fixture.list(50, added("changed", 30));
        assertThat(fixture.gaps).as("no capacity for changes").isEmpty();
        fixture.capacity.open(1);
        fixture.call().deliver();
        assertThat(fixture.gaps).as("no capacity for the delete").isEmpty();
        fixture.capacity.open(2);
        fixture.call().deliver();

        assertThat(fixture.changesBeforeGap).containsExactly("MODIFIED changed 30", "DELETED gone 1 derived");
        assertThat(fixture.gaps).hasSize(1);
    }

    @Test
    void filteredObjectsAreNotCounted() {
        fixture.filteredName = "hidden";
        fixture.watching(10, added("a", 1));
        expire();
        fixture.list(50, added("a", 1), added("hidden", 30));

        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "50", 0, 0, 0));
    }

    @Test
    void aRestartedListIsPartOfTheSameGap() {
        fixture.watching(10, added("a", 1));
        expire();
        fixture.call().ok().send(added("a", 30));
        fixture.call().cut();
        fixture.advance(StreamFixture.MAX_BACKOFF);
        fixture.list(60, added("a", 30), added("b", 40));

        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "60", 1, 1, 0));
        assertThat(counted("apiserversource.relists", "gone")).isEqualTo(1);
    }

    @Test
    void afterAListInPagesTheGapClosesWhenTheWatchIsOpen() {
        fixture.stream.start();
        fixture.call().refuse(422, "sendInitialEvents is forbidden");
        fixture.call().ok().send(page(10, "", object("a", "uid-of-a", 1))).end();
        fixture.call().ok();
        expire();
        fixture.call().ok().send(page(50, "", object("b", "uid-of-b", 30))).end();
        fixture.call().ok();

        assertThat(fixture.changesBeforeGap).containsExactly("ADDED b 30", "DELETED a 1 derived");
        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "50", 1, 0, 1));
    }

    @Test
    void anOlderVersionInAWatchIsAReset() {
        fixture.watching(100, added("a", 90)).send(bookmark(40));
        fixture.advance(StreamFixture.MAX_BACKOFF);
        fixture.list(41, added("a", 30));

        assertThat(fixture.changes()).containsExactly("MODIFIED a 30");
        assertThat(fixture.gaps).containsExactly(new Gap("reset", "100", "41", 0, 1, 0));
        assertThat(counted("apiserversource.watch.restarts", "reset")).isEqualTo(1);
        assertThat(counted("apiserversource.relists", "reset")).isEqualTo(1);
    }

    @Test
    void anOlderVersionOfAListIsAReset() {
        fixture.watching(100, added("a", 90), added("b", 95));
        expire();
        fixture.list(41, added("a", 30));

        assertThat(fixture.changes()).containsExactly("MODIFIED a 30", "DELETED b 95 derived");
        assertThat(fixture.gaps).containsExactly(new Gap("reset", "100", "41", 0, 1, 1));
        assertThat(counted("apiserversource.gaps", "reset")).isEqualTo(1);
        fixture.call().send(added("c", 42));
        assertThat(fixture.changes()).as("the watch continues from there").containsExactly("ADDED c 42");
    }

    /** The watch is open for a minute and ends; after {@code pause} the position is lost. */
    private void watchAndLosePositionAfter(Duration pause) {
        fixture.advance(Duration.ofMinutes(1).minusSeconds(1));
        fixture.call().end();
        fixture.advance(Duration.ZERO);
        fixture.advance(pause);
        fixture.call().refuse(410, "too old");
        fixture.advance(Duration.ZERO);
    }

    @Test
    void aSeamlessRelistThatFindsNothingIsNoGap() {
        fixture.watching(10, added("a", 1));
        watchAndLosePositionAfter(Duration.ZERO);
        fixture.list(50, added("a", 1));

        assertThat(fixture.gaps).isEmpty();
        assertThat(counted("apiserversource.gaps", "gone")).isZero();
        assertThat(counted("apiserversource.relists", "gone")).isEqualTo(1);
    }

    @Test
    void aSeamlessRelistThatFindsAChangeIsAGap() {
        fixture.watching(10, added("a", 1));
        watchAndLosePositionAfter(Duration.ZERO);
        fixture.list(50);

        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "50", 0, 0, 1));
    }

    @Test
    void aRelistAfterAPauseIsAGap() {
        fixture.watching(10, added("a", 1));
        watchAndLosePositionAfter(Duration.ofSeconds(11));
        fixture.list(50, added("a", 1));

        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "50", 0, 0, 0));
    }

    /** The ERROR frame says that the watch itself was without history. */
    @Test
    void aWatchThatLosesItsHistoryIsAGap() {
        fixture.watching(10, added("a", 1));
        fixture.advance(Duration.ofSeconds(59));
        expire();
        fixture.list(50, added("a", 1));

        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "50", 0, 0, 0));
    }

    @Test
    void aSeamlessRelistAtAnOlderVersionIsAReset() {
        fixture.watching(100, added("a", 1));
        watchAndLosePositionAfter(Duration.ZERO);
        fixture.list(50, added("a", 1));

        assertThat(fixture.gaps).containsExactly(new Gap("reset", "100", "50", 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"abc, 41", "100, x41"})
    void opaqueVersionsAreNotAReset(String from, String to) {
        WatchTarget target =
                new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.empty(), "", false);
        StreamState state = new StreamStates(List.of(), object -> false, Instant::now).claim(target);
        RecordedChanges recorded = new RecordedChanges();
        GapTracker tracker =
                new GapTracker(target, state, new StreamMeters(new SimpleMeterRegistry()), recorded, fixture.time);
        tracker.open("gone", from);
        tracker.close(to);

        assertThat(recorded.gaps).containsExactly(new Gap("gone", from, to, 0, 0, 0));
    }

    private static GapTracker resumedAt10(StreamStates states, RecordedChanges recorded, StreamFixture fixture) {
        WatchTarget target =
                new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.empty(), "", false);
        StreamSnapshot.ResumeWindow window = new StreamSnapshot.ResumeWindow("10", Map.of());
        states.restore("||pods||", new StreamSnapshot("10", "", window, List.of(), Map.of(), List.of()), List.of());
        states.claim(target).markIndexIncomplete();
        return new GapTracker(
                target, states.claim(target), new StreamMeters(new SimpleMeterRegistry()), recorded, fixture.time);
    }

    @Test
    void aGapComparedWithAnIncompleteIndexSaysSo() {
        RecordedChanges recorded = new RecordedChanges();
        GapTracker tracker = resumedAt10(new StreamStates(List.of(), object -> false, Instant::now), recorded, fixture);
        tracker.open("gone", "10");
        tracker.listing();
        tracker.close("50");

        assertThat(recorded.gaps).containsExactly(new Gap("incomplete_index", "10", "50", 0, 0, 0));
    }

    @Test
    void theFirstListAfterALostCheckpointClosesAGap() {
        StreamStates states = new StreamStates(List.of(), object -> false, Instant::now);
        states.forget();
        RecordedChanges recorded = new RecordedChanges();
        WatchTarget target =
                new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.empty(), "", false);
        GapTracker tracker = new GapTracker(
                target, states.claim(target), new StreamMeters(new SimpleMeterRegistry()), recorded, fixture.time);
        tracker.start();
        tracker.listing();
        tracker.close("50");

        assertThat(recorded.gaps).containsExactly(new Gap("forgotten", "", "50", 0, 0, 0));
    }
}
