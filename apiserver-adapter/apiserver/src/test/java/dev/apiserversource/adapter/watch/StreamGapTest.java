package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Gap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.bookmark;
import static dev.apiserversource.adapter.watch.Frames.error;
import static dev.apiserversource.adapter.watch.Frames.object;
import static dev.apiserversource.adapter.watch.Frames.page;
import static org.assertj.core.api.Assertions.assertThat;

/** What a stream says of a stretch that it could not follow. */
class StreamGapTest {

    private final StreamFixture world = new StreamFixture();

    private void expire() {
        world.call().send(error(410, "too old"));
        world.advance(StreamFixture.MOST_BACKOFF);
    }

    private double counted(String meter, String reason) {
        return world.registry.find(meter).tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void theFirstListIsNoGap() {
        world.watching(10, added("a", 3));

        assertThat(world.gaps).isEmpty();
    }

    @Test
    void aWatchThatIsResumedIsNoGap() {
        world.watching(10, added("a", 3)).send(bookmark(12)).end();
        world.advance(StreamFixture.MOST_BACKOFF);
        world.call().ok().send(added("b", 13));

        assertThat(world.gaps).isEmpty();
    }

    @Test
    void aGapSaysFromWhereToWhereAndWhatWasFound() {
        world.watching(10, added("gone", 1), added("also-gone", 2), added("kept", 3), added("changed", 4))
                .send(bookmark(20));
        expire();
        world.list(
                50, added("kept", 3), added("changed", 30), added("new", 31), added("newer", 32), added("newest", 33));

        assertThat(world.gaps).containsExactly(new Gap("gone", "20", "50", 3, 1, 2));
        assertThat(counted("apiserversource.gaps", "gone")).isEqualTo(1);
    }

    @Test
    void aGapIsToldAfterAllThatWasFound() {
        world.watching(10, added("gone", 1), added("changed", 4));
        expire();
        world.room.close();
        world.list(50, added("changed", 30));
        assertThat(world.gaps).as("nothing could be handed on yet").isEmpty();
        world.room.open(1);
        world.call().deliver();
        assertThat(world.gaps).as("the deletion could not be handed on yet").isEmpty();
        world.room.open(2);
        world.call().deliver();

        assertThat(world.changesBeforeGap).containsExactly("MODIFIED changed 30", "DELETED gone 1 derived");
        assertThat(world.gaps).hasSize(1);
    }

    @Test
    void whatTheFilterHidesIsNotCounted() {
        world.hidden = "hidden";
        world.watching(10, added("a", 1));
        expire();
        world.list(50, added("a", 1), added("hidden", 30));

        assertThat(world.gaps).containsExactly(new Gap("gone", "10", "50", 0, 0, 0));
    }

    @Test
    void aListThatBeginsAgainIsStillTheSameGap() {
        world.watching(10, added("a", 1));
        expire();
        world.call().ok().send(added("a", 30));
        world.call().cut();
        world.advance(StreamFixture.MOST_BACKOFF);
        world.list(60, added("a", 30), added("b", 40));

        assertThat(world.gaps).containsExactly(new Gap("gone", "10", "60", 1, 1, 0));
        assertThat(counted("apiserversource.relists", "gone")).isEqualTo(1);
    }

    @Test
    void afterAListInPagesTheGapIsToldOnceTheWatchIsOpen() {
        world.stream.start();
        world.call().refuse(422, "sendInitialEvents is forbidden");
        world.call().ok().send(page(10, "", object("a", "uid-of-a", 1))).end();
        world.call().ok();
        expire();
        world.call().ok().send(page(50, "", object("b", "uid-of-b", 30))).end();
        world.call().ok();

        assertThat(world.changesBeforeGap).containsExactly("ADDED b 30", "DELETED a 1 derived");
        assertThat(world.gaps).containsExactly(new Gap("gone", "10", "50", 1, 0, 1));
    }

    @Test
    void aWatchThatBringsSomethingOlderWasReset() {
        world.watching(100, added("a", 90)).send(bookmark(40));
        world.advance(StreamFixture.MOST_BACKOFF);
        world.list(41, added("a", 30));

        assertThat(world.changes()).containsExactly("MODIFIED a 30");
        assertThat(world.gaps).containsExactly(new Gap("reset", "100", "41", 0, 1, 0));
        assertThat(counted("apiserversource.watch.restarts", "reset")).isEqualTo(1);
        assertThat(counted("apiserversource.relists", "reset")).isEqualTo(1);
    }

    @Test
    void aListThatJumpsBackIsAReset() {
        world.watching(100, added("a", 90), added("b", 95));
        expire();
        world.list(41, added("a", 30));

        assertThat(world.changes()).containsExactly("MODIFIED a 30", "DELETED b 95 derived");
        assertThat(world.gaps).containsExactly(new Gap("reset", "100", "41", 0, 1, 1));
        assertThat(counted("apiserversource.gaps", "reset")).isEqualTo(1);
        world.call().send(added("c", 42));
        assertThat(world.changes()).as("goes on from there").containsExactly("ADDED c 42");
    }

    @ParameterizedTest
    @CsvSource({"abc, 41", "100, x41"})
    void versionsWithoutAnOrderAreNoReset(String from, String to) {
        assertThat(new OpenGap("gone", from).closed(to).reason()).isEqualTo("gone");
    }
}
