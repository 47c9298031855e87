package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ScriptedApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Optional;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.bookmark;
import static dev.apiserversource.adapter.watch.Frames.deleted;
import static dev.apiserversource.adapter.watch.Frames.error;
import static dev.apiserversource.adapter.watch.Frames.initialEnd;
import static dev.apiserversource.adapter.watch.Frames.modified;
import static org.assertj.core.api.Assertions.assertThat;

class ResourceStreamTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LATER = StreamFixture.MOST_BACKOFF;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final StreamFixture world = new StreamFixture();

    private ScriptedApi.Call call() {
        return world.call();
    }

    private void assertWatchesFrom(int version) {
        assertThat(call().url())
                .contains("watch=true", "&resourceVersion=" + version)
                .doesNotContain("sendInitial");
    }

    private void assertLists() {
        assertThat(call().url()).contains("sendInitialEvents=true");
    }

    /** How a watch can come to its end without the API server objecting to anything. */
    private enum End {
        CLEAN,
        CUT,
        IDLE;

        void happen(StreamFixture world) {
            switch (this) {
                case CLEAN -> world.call().end();
                case CUT -> world.call().cut();
                case IDLE -> world.advance(StreamFixture.PATIENCE);
            }
            world.advance(LATER);
        }
    }

    @Test
    void theFirstListOnlyTellsWhatExists() {
        world.watching(10, added("a", 3), added("b", 7));

        assertThat(world.changes()).isEmpty();
        assertThat(world.stream.knownObjects()).isEqualTo(2);
        assertThat(world.stream.isOpen()).isTrue();
    }

    @Test
    void isNotOpenBeforeTheListIsComplete() {
        world.stream.start();
        call().ok().send(added("a", 3));

        assertThat(world.stream.isOpen()).isFalse();
    }

    @Test
    void passesOnWhatItWatches() {
        world.watching(10, added("a", 3))
                .send(modified("a", 11) + added("b", 12), deleted("a", 13), bookmark(20), deleted("b", 21));

        assertThat(world.changes()).containsExactly("MODIFIED a 11", "ADDED b 12", "DELETED a 13", "DELETED b 21");
        assertThat(world.stream.knownObjects()).isZero();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void resumesAfterTheLastChangeItHasRead(End end) {
        world.watching(10).send(added("a", 11));
        end.happen(world);

        assertWatchesFrom(11);
        call().ok().send(added("b", 12));
        assertThat(world.changes()).containsExactly("ADDED a 11", "ADDED b 12");
        assertThat(world.relists()).isZero();
        assertThat(world.stream.isOpen()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void resumesAfterTheLastBookmark(End end) {
        world.watching(10).send(added("a", 11), bookmark(25));
        end.happen(world);

        assertWatchesFrom(25);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void resumesAfterTheListWhenNothingElseHasCome(End end) {
        world.watching(10);
        end.happen(world);

        assertWatchesFrom(10);
    }

    @Test
    void aFrameOfWhichOnlyAPartCameIsReadAgain() {
        world.watching(10).send(added("a", 11), added("b", 12).substring(0, 60)).cut();
        world.advance(LATER);

        assertWatchesFrom(11);
        assertThat(world.changes()).containsExactly("ADDED a 11");
    }

    @Test
    void aMalformedFrameIsAskedForAgain() {
        world.watching(10).send(added("a", 11), "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\"}}}\n");
        world.advance(LATER);

        assertThat(world.api.count()).isEqualTo(2);
        assertWatchesFrom(11);
    }

    @Test
    void anAnswerThatIsNoWatchIsGivenUpAtOnce() {
        world.watching(10).send("<html>proxy</html>\n");

        assertThat(call().isCancelled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsAgainAndComparesWhenTheHistoryIsGone(boolean asFrame) {
        world.watching(10, added("kept", 1), added("changed", 2), added("gone", 3), added("replaced", 4));
        if (asFrame) {
            call().send(error(410, "too old"));
        } else {
            call().end();
            world.advance(LATER);
            call().refuse(410, "too old");
        }
        world.advance(LATER);

        assertLists();
        String replacement = "{\"type\":\"ADDED\",\"object\":" + Frames.object("replaced", "another-uid", 42) + "}\n";
        world.list(50, added("kept", 1), added("changed", 40), added("new", 41), replacement);
        assertThat(world.changes())
                .containsExactly(
                        "MODIFIED changed 40",
                        "ADDED new 41",
                        "DELETED replaced 4 derived",
                        "ADDED replaced 42",
                        "DELETED gone 3 derived");
        assertThat(world.relists()).isEqualTo(1);
        call().end();
        world.advance(LATER);
        assertWatchesFrom(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void listsInPagesWhereStreamingListsAreRefused(int status) {
        world.stream.start();
        call().refuse(status, "sendInitialEvents is forbidden");

        assertThat(call().url()).endsWith("configmaps?limit=2");
        call().ok()
                .send(Frames.page(10, "t1", Frames.object("a", "1", 1), Frames.object("b", "2", 2)))
                .end();
        assertThat(call().url()).endsWith("configmaps?limit=2&continue=t1");
        call().ok().send(Frames.page(10, "", Frames.object("c", "3", 3))).end();

        assertWatchesFrom(10);
        assertThat(world.stream.isOpen()).isFalse();
        call().ok().send(added("d", 11));
        assertThat(world.changes()).containsExactly("ADDED d 11");
        assertThat(world.stream.isOpen()).isTrue();
        assertThat(world.stream.knownObjects()).isEqualTo(4);
        assertThat(world.refusals).isEmpty();
    }

    @Test
    void doesNotAskForAStreamingListAgainOnceItWasRefused() {
        inPages();
        call().ok().send(Frames.page(10, "")).end();
        call().ok().send(error(410, "too old"));
        world.advance(LATER);

        assertThat(call().url()).endsWith("configmaps?limit=2");
    }

    private void inPages() {
        world.stream.start();
        call().refuse(422, "sendInitialEvents is forbidden");
    }

    @Test
    void anExpiredContinueTokenBeginsTheListAgain() {
        inPages();
        call().ok()
                .send(Frames.page(10, "", Frames.object("a", "1", 1), Frames.object("b", "2", 2)))
                .end();
        call().ok().send(error(410, "too old"));
        world.advance(LATER);
        call().ok().send(Frames.page(20, "t", Frames.object("a", "1", 15))).end();
        call().refuse(410, "the provided continue parameter is too old");
        world.advance(LATER);

        assertThat(call().url()).endsWith("?limit=2");
        call().ok()
                .send(Frames.page(30, "", Frames.object("a", "1", 15), Frames.object("c", "3", 25)))
                .end();
        call().ok();
        assertThat(world.changes()).containsExactly("MODIFIED a 15", "ADDED c 25", "DELETED b 2 derived");
    }

    @Test
    void aCutInTheMiddleOfAListLosesNothing() {
        world.watching(10, added("a", 1), added("b", 2), added("c", 3)).send(error(410, "too old"));
        world.advance(LATER);
        call().ok().send(added("a", 11)).cut();
        world.advance(LATER);

        assertLists();
        world.list(30, added("a", 11), added("b", 2), added("d", 21));
        assertThat(world.changes()).containsExactly("MODIFIED a 11", "ADDED d 21", "DELETED c 3 derived");
    }

    @Test
    void aTruncatedPageBeginsTheListAgain() {
        inPages();
        String page = Frames.page(10, "", Frames.object("a", "1", 1));
        call().ok().send(page.substring(0, page.length() - 2)).end();
        world.advance(LATER);

        assertThat(call().url()).endsWith("?limit=2");
        assertThat(world.stream.isOpen()).isFalse();
    }

    @Test
    void aCutWhileDeletesAreBeingDerivedLosesNone() {
        world.watching(10, added("a", 1), added("b", 2), added("c", 3)).send(error(410, "too old"));
        world.advance(LATER);
        world.room.open(1);
        world.list(30);
        call().cut();
        assertThat(world.changes()).hasSize(1);
        world.room.open(1);
        world.advance(LATER);
        assertThat(world.api.count()).as("nothing new before the last delete").isEqualTo(2);
        world.room.open(10);
        world.advance(LATER);
        assertThat(world.changes()).hasSize(2);
        assertThat(world.stream.knownObjects()).isZero();
        assertWatchesFrom(30);
    }

    @Test
    void aWatchRefusedAfterAListBeginsTheListAgain() {
        inPages();
        call().ok().send(Frames.page(10, "", Frames.object("a", "1", 1))).end();
        call().ok().send(error(410, "too old"));
        world.advance(LATER);
        call().ok().send(Frames.page(30, "")).end();
        call().refuse(500, "etcd is away");
        world.advance(LATER);

        assertThat(call().url()).endsWith("?limit=2");
        call().ok().send(Frames.page(40, "")).end();
        call().ok();
        assertThat(world.changes()).containsExactly("DELETED a 1 derived");
    }

    @Test
    void waitsAsLongAsItIsAskedTo() {
        world.watching(10).end();
        world.advance(Duration.ZERO);
        call().refuse(429, "slow down", Optional.of(Duration.ofSeconds(17)));

        world.advance(Duration.ofSeconds(17).minusMillis(1));
        assertThat(world.api.count()).isEqualTo(2);
        world.advance(Duration.ofMillis(1));
        assertThat(world.api.count()).isEqualTo(3);
        assertWatchesFrom(10);
    }

    @Test
    void doesNotWaitForDaysHoweverLongItIsAskedTo() {
        world.watching(10).end();
        world.advance(Duration.ZERO);
        call().refuse(429, "come back next week", Optional.of(Duration.ofDays(7)));

        world.advance(Duration.ofMinutes(1));
        assertThat(world.api.count()).isEqualTo(3);
        assertWatchesFrom(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 429})
    void troubleOfTheServerNeverLeadsToAList(int status) {
        world.watching(10).end();
        for (int i = 0; i < 50; i++) {
            world.advance(StreamFixture.MOST_BACKOFF);
            assertWatchesFrom(10);
            call().refuse(status, "in trouble");
        }
        assertThat(world.relists()).isZero();
        assertThat(world.refusals).isEmpty();
        assertThat(world.stream.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsAgainWhenTheVersionStaysTooLarge(boolean asFrame) {
        world.watching(10).end();
        for (int i = 0; i < 5; i++) {
            world.advance(StreamFixture.MOST_BACKOFF);
            assertWatchesFrom(10);
            if (asFrame) {
                call().ok().send(error(504, "Too large resource version: 10, current: 3"));
            } else {
                call().refuse(504, "Too large resource version: 10, current: 3");
            }
        }
        world.advance(StreamFixture.MOST_BACKOFF);

        assertLists();
        assertThat(world.relists()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"401, false", "403, false", "404, true"})
    void aDefiniteRefusalIsToldAndTriedAgain(int status, boolean positionLost) {
        world.watching(10).end();
        world.advance(Duration.ZERO);
        call().refuse(status, "no");
        assertThat(world.stream.isOpen()).isFalse();
        assertThat(world.refusals)
                .singleElement()
                .asString()
                .contains("v1/configmaps@ns", Integer.toString(status), "no");
        world.advance(LATER);

        if (positionLost) {
            assertLists();
            world.list(20);
        } else {
            assertWatchesFrom(10);
            call().ok();
        }
        assertThat(world.stream.isOpen()).isTrue();
    }

    @Test
    void anApiServerThatIsNotThereAtTheStartIsTold() {
        world.stream.start();
        call().cut();

        assertThat(world.refusals).singleElement().asString().contains("connection reset");
    }

    /** How a watch can fail that had a position to start from. */
    private enum Failure {
        NO_CONNECTION,
        ENDS_AT_ONCE,
        SERVER_ERROR,
        ERROR_FRAME;

        void happen(StreamFixture world) {
            ScriptedApi.Call call = world.call();
            switch (this) {
                case NO_CONNECTION -> call.cut();
                case ENDS_AT_ONCE -> call.ok().end();
                case SERVER_ERROR -> call.refuse(500, "in trouble");
                case ERROR_FRAME -> call.ok().send(error(500, "leader changed"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void waitsLongerAndLongerUntilAWatchBringsSomething(Failure failure) {
        world.watching(10).send(added("a", 11)).end();
        world.advance(Duration.ZERO);
        for (int seconds : new int[] {2, 4, failure == Failure.NO_CONNECTION ? 5 : 8}) {
            failure.happen(world);
            int calls = world.api.count();
            world.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(world.api.count()).as("before %d s", seconds).isEqualTo(calls);
            world.advance(Duration.ofMillis(1));
            assertThat(world.api.count()).as("after %d s", seconds).isEqualTo(calls + 1);
        }

        call().ok().send(added("b", 12)).end();
        world.advance(Duration.ZERO);
        assertWatchesFrom(12);
    }

    @Test
    void neverWaitsLongerThanTheLongestBackoff() {
        world.watching(10).end();
        world.advance(Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            call().refuse(500, "in trouble");
            int calls = world.api.count();
            world.advance(StreamFixture.MOST_BACKOFF);
            assertThat(world.api.count()).isEqualTo(calls + 1);
        }
    }

    @Test
    void isBackSoonAfterAnApiServerThatNobodyCouldReach() {
        world.watching(10).end();
        world.advance(Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            call().cut();
            int calls = world.api.count();
            world.advance(Duration.ofSeconds(5));
            assertThat(world.api.count()).isEqualTo(calls + 1);
        }
    }

    @Test
    void listsAtOnceWhenAnOutageHasCostTheHistory() {
        world.watching(10).end();
        world.advance(Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            call().cut();
            world.advance(StreamFixture.MOST_BACKOFF);
        }
        call().refuse(410, "too old resource version");
        world.advance(Duration.ZERO);
        assertLists();

        call().cut();
        world.advance(Duration.ofSeconds(2));
        assertLists();
        assertThat(world.api.count()).as("a new beginning, with short waits").isEqualTo(14);
    }

    @Test
    void listsAfterAWaitWhenTheHistoryIsLostAgainAndAgain() {
        world.watching(10);
        for (int seconds : new int[] {0, 1, 2}) {
            call().send(error(410, "too old resource version"));
            int calls = world.api.count();
            world.advance(Duration.ofSeconds(seconds).minusMillis(seconds == 0 ? 0 : 1));
            assertThat(world.api.count()).as("before %d s", seconds).isEqualTo(seconds == 0 ? calls + 1 : calls);
            world.advance(Duration.ofMillis(1));
            assertThat(world.api.count()).as("after %d s", seconds).isEqualTo(calls + 1);
            world.list(20);
        }
    }

    @Test
    void aQuietWatchThatEndsRegularlyIsFollowedAtOnce() {
        world.watching(10);
        for (int i = 0; i < 20; i++) {
            world.advance(Duration.ofSeconds(30));
            call().end();
            int calls = world.api.count();
            world.advance(Duration.ZERO);
            assertThat(world.api.count()).isEqualTo(calls + 1);
            assertWatchesFrom(10);
            call().ok();
            assertThat(world.stream.isOpen()).isTrue();
        }
    }

    @Test
    void aConnectionThatIsSilentForTooLongIsGivenUp() {
        ScriptedApi.Call silent = world.watching(10);
        world.advance(Duration.ofSeconds(40));
        silent.send(bookmark(11));
        world.advance(StreamFixture.PATIENCE.minusMillis(1));
        assertThat(silent.isCancelled()).isFalse();
        world.advance(Duration.ofMillis(1));

        assertThat(silent.isCancelled()).isTrue();
        world.advance(LATER);
        assertWatchesFrom(11);
    }

    @Test
    void aRequestThatIsNeverAnsweredIsGivenUp() {
        world.stream.start();
        ScriptedApi.Call unanswered = call();
        world.advance(StreamFixture.PATIENCE.plus(SECOND));

        assertThat(unanswered.isCancelled()).isTrue();
        assertLists();
        assertThat(world.api.count()).isEqualTo(2);
    }

    @Test
    void theWaitForRoomIsNoSilence() {
        world.watching(10);
        world.room.close();
        call().send(added("a", 11));
        world.advance(LONG);

        assertThat(call().isCancelled()).isFalse();
        assertThat(world.api.count()).isEqualTo(1);
        world.room.open(5);
        assertThat(world.changes()).containsExactly("ADDED a 11");
    }

    @Test
    void nothingIsPulledWhileThereIsNoRoom() {
        world.watching(10);
        world.room.open(2);
        call().send(added("a", 11) + added("b", 12) + added("c", 13) + added("d", 14));
        int pulled = call().pulled();
        call().send(added("e", 15));

        assertThat(world.changes()).containsExactly("ADDED a 11", "ADDED b 12");
        world.room.open(1);
        assertThat(world.changes()).containsExactly("ADDED c 13");
        assertThat(call().pulled()).isEqualTo(pulled);
        world.room.open(10);
        assertThat(call().pulled()).isEqualTo(pulled + 1);
        call().deliver();
        assertThat(world.changes()).containsExactly("ADDED d 14", "ADDED e 15");
    }

    @ParameterizedTest
    @EnumSource(
            value = End.class,
            names = {"CLEAN", "CUT"})
    void whatCameBeforeTheEndIsWorkedOffAsRoomComes(End end) {
        world.watching(10);
        world.room.open(1);
        call().send(added("a", 11) + added("b", 12) + added("c", 13));
        end.happen(world);
        world.advance(LONG);
        assertThat(world.api.count()).isEqualTo(1);

        world.room.open(1);
        assertThat(world.changes()).containsExactly("ADDED a 11", "ADDED b 12");
        world.room.open(10);
        world.advance(LATER);
        assertThat(world.changes()).containsExactly("ADDED c 13");
        assertWatchesFrom(13);
    }

    @Test
    void listsOnlyWhenItIsItsTurn() {
        world.lists.enter(() -> {});
        world.stream.start();
        assertThat(world.api.count()).isZero();

        world.lists.leave();
        assertThat(world.api.count()).isEqualTo(1);
    }

    @Test
    void givesItsPlaceBackWhenTheListIsComplete() {
        world.stream.start();
        call().ok().send(added("a", 1));
        world.lists.enter(() -> world.refusals.add("entered"));
        assertThat(world.refusals).isEmpty();

        call().send(initialEnd(10));
        assertThat(world.refusals).containsExactly("entered");
    }

    @ParameterizedTest
    @ValueSource(ints = {410, 422, 429, 500, 0})
    void givesItsPlaceBackWhenTheListFails(int status) {
        world.stream.start();
        if (status == 0) {
            call().cut();
        } else {
            call().refuse(status, "no");
        }
        if (status == 422) {
            call().refuse(500, "no");
        }

        assertThat(world.listIsFree()).isTrue();
    }

    @Test
    void aStreamStoppedInTheQueueListsNoMore() {
        world.lists.enter(() -> {});
        world.stream.start();
        world.stream.stop();
        world.lists.leave();

        assertThat(world.api.count()).isZero();
        assertThat(world.listIsFree()).isTrue();
    }

    @Test
    void aStreamStoppedWhileItListsGivesItsPlaceBack() {
        world.stream.start();
        call().ok().send(added("a", 1));
        world.stream.stop();

        assertThat(call().isCancelled()).isTrue();
        assertThat(world.listIsFree()).isTrue();
        assertStaysStopped();
    }

    @Test
    void aStreamStoppedBetweenTwoPagesGivesItsPlaceBack() {
        inPages();
        call().ok().send(Frames.page(10, "t", Frames.object("a", "1", 1))).end();
        world.stream.stop();

        assertThat(world.listIsFree()).isTrue();
        assertStaysStopped();
    }

    @Test
    void aStreamStoppedWhileItWatchesPassesNothingMoreOn() {
        world.watching(10);
        world.stream.stop();
        call().send(added("a", 11));

        assertThat(call().isCancelled()).isTrue();
        assertThat(world.listIsFree()).isTrue();
        assertStaysStopped();
    }

    @Test
    void aStreamStoppedWhileItWaitsTriesNoMore() {
        world.watching(10).cut();
        world.stream.stop();

        assertStaysStopped();
    }

    @Test
    void aStreamStoppedWhileThereIsNoRoomPassesNothingMoreOn() {
        world.watching(10);
        world.room.open(1);
        call().send(added("a", 11) + added("b", 12));
        assertThat(world.changes()).containsExactly("ADDED a 11");
        world.stream.stop();
        world.room.open(10);

        assertStaysStopped();
    }

    private void assertStaysStopped() {
        int calls = world.api.count();
        world.advance(LONG);
        assertThat(world.api.count()).isEqualTo(calls);
        assertThat(world.changes()).isEmpty();
        assertThat(world.time.pending()).isZero();
    }
}
