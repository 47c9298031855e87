package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ScriptedApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    private static final Duration LATER = StreamFixture.MAX_BACKOFF;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final StreamFixture fixture = new StreamFixture();

    private ScriptedApi.Call call() {
        return fixture.call();
    }

    private void assertWatchesFrom(int version) {
        assertThat(call().url())
                .contains("watch=true", "&resourceVersion=" + version)
                .doesNotContain("sendInitial");
    }

    private void assertLists() {
        assertThat(call().url()).contains("sendInitialEvents=true");
    }

    /** Ways a watch ends without an error of the API server. */
    private enum End {
        CLEAN,
        CUT,
        IDLE;

        void happen(StreamFixture fixture) {
            switch (this) {
                case CLEAN -> fixture.call().end();
                case CUT -> fixture.call().cut();
                case IDLE -> fixture.advance(StreamFixture.IDLE_TIMEOUT);
            }
            fixture.advance(LATER);
        }
    }

    @Test
    void theFirstListEmitsNothing() {
        fixture.watching(10, added("a", 3), added("b", 7));

        assertThat(fixture.changes()).isEmpty();
        assertThat(fixture.stream.indexedObjects()).isEqualTo(2);
        assertThat(fixture.stream.isOpen()).isTrue();
    }

    @Test
    void isNotOpenBeforeTheListIsComplete() {
        fixture.stream.start();
        call().ok().send(added("a", 3));

        assertThat(fixture.stream.isOpen()).isFalse();
    }

    @Test
    void emitsEachWatchedChange() {
        fixture.watching(10, added("a", 3))
                .send(modified("a", 11) + added("b", 12), deleted("a", 13), bookmark(20), deleted("b", 21));

        assertThat(fixture.changes()).containsExactly("MODIFIED a 11", "ADDED b 12", "DELETED a 13", "DELETED b 21");
        assertThat(fixture.stream.indexedObjects()).isZero();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aResumedWatchReadsTheLastVersionAgain(End end) {
        fixture.watching(10).send(added("a", 11) + added("b", 12));
        end.happen(fixture);

        assertWatchesFrom(11);
        call().ok().send(added("b", 12) + added("c", 13));
        assertThat(fixture.changes()).containsExactly("ADDED a 11", "ADDED b 12", "ADDED c 13");
        assertThat(fixture.relists()).isZero();
        assertThat(fixture.stream.isOpen()).isTrue();
    }

    /** etcd deletes the expired Event objects of one lease in one transaction. */
    @ParameterizedTest
    @EnumSource(End.class)
    void losesNoneOfTheDeletesWithOneVersion(End end) {
        fixture.watching(10, added("a", 1), added("b", 2), added("c", 3)).send(deleted("a", 20) + deleted("b", 20));
        end.happen(fixture);

        assertWatchesFrom(10);
        call().ok().send(deleted("a", 20) + deleted("b", 20) + deleted("c", 20));
        assertThat(fixture.changes()).containsExactly("DELETED a 20", "DELETED b 20", "DELETED c 20");
    }

    @Test
    void aBookmarkCompletesTheDeletesWithOneVersion() {
        fixture.watching(10, added("a", 1), added("b", 2)).send(deleted("a", 20) + deleted("b", 20) + bookmark(20));
        call().end();
        fixture.advance(Duration.ZERO);

        assertWatchesFrom(20);
    }

    @Test
    void theLastVersionReadAgainIsNoProgress() {
        fixture.watching(10).send(added("a", 11)).end();
        fixture.advance(Duration.ZERO);
        for (int seconds : new int[] {2, 4, 8}) {
            int calls = fixture.api.count();
            call().ok().send(added("a", 11)).end();
            fixture.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(fixture.api.count()).as("before %d s", seconds).isEqualTo(calls);
            fixture.advance(Duration.ofMillis(1));
        }
        assertThat(fixture.changes()).containsExactly("ADDED a 11");
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void resumesAfterTheLastBookmark(End end) {
        fixture.watching(10).send(added("a", 11), bookmark(25));
        end.happen(fixture);

        assertWatchesFrom(25);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void resumesFromTheListWithoutChangesSince(End end) {
        fixture.watching(10);
        end.happen(fixture);

        assertWatchesFrom(10);
    }

    @Test
    void anIncompleteFrameIsReadAgain() {
        fixture.watching(10)
                .send(added("a", 11), added("b", 12).substring(0, 60))
                .cut();
        fixture.advance(LATER);

        assertWatchesFrom(10);
        assertThat(fixture.changes()).containsExactly("ADDED a 11");
    }

    @Test
    void aMalformedFrameIsReadAgain() {
        fixture.watching(10).send(added("a", 11), "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\"}}}\n");
        fixture.advance(LATER);

        assertThat(fixture.api.count()).isEqualTo(2);
        assertWatchesFrom(10);
    }

    @Test
    void aResponseThatIsNotAWatchIsCancelled() {
        fixture.watching(10).send("<html>proxy</html>\n");

        assertThat(call().isCancelled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void relistsAndComparesAfterGone(boolean asFrame) {
        fixture.watching(10, added("kept", 1), added("changed", 2), added("gone", 3), added("replaced", 4));
        if (asFrame) {
            call().send(error(410, "too old"));
        } else {
            call().end();
            fixture.advance(LATER);
            call().refuse(410, "too old");
        }
        fixture.advance(LATER);

        assertLists();
        String replacement = "{\"type\":\"ADDED\",\"object\":" + Frames.object("replaced", "another-uid", 42) + "}\n";
        fixture.list(50, added("kept", 1), added("changed", 40), added("new", 41), replacement);
        assertThat(fixture.changes())
                .containsExactly(
                        "MODIFIED changed 40",
                        "ADDED new 41",
                        "DELETED replaced 4 derived",
                        "ADDED replaced 42",
                        "DELETED gone 3 derived");
        assertThat(fixture.relists()).isEqualTo(1);
        call().end();
        fixture.advance(LATER);
        assertWatchesFrom(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void listsInPagesIfStreamingListsAreRefused(int status) {
        fixture.stream.start();
        call().refuse(status, "sendInitialEvents is forbidden");

        assertThat(call().url()).contains("configmaps?limit=2");
        call().ok()
                .send(Frames.page(10, "t1", Frames.object("a", "1", 1), Frames.object("b", "2", 2)))
                .end();
        assertThat(call().url()).contains("configmaps?limit=2&continue=t1");
        call().ok().send(Frames.page(10, "", Frames.object("c", "3", 3))).end();

        assertWatchesFrom(10);
        assertThat(fixture.stream.isOpen()).isFalse();
        call().ok().send(added("d", 11));
        assertThat(fixture.changes()).containsExactly("ADDED d 11");
        assertThat(fixture.stream.isOpen()).isTrue();
        assertThat(fixture.stream.indexedObjects()).isEqualTo(4);
        assertThat(fixture.denials).isEmpty();
    }

    @Test
    void doesNotRequestARefusedStreamingListAgain() {
        refuseStreamingList();
        call().ok().send(Frames.page(10, "")).end();
        call().ok().send(error(410, "too old"));
        fixture.advance(LATER);

        assertThat(call().url()).contains("configmaps?limit=2");
    }

    /** Ways a streaming list ends before its bookmark. */
    private enum ListEnd {
        CLEAN,
        CUT,
        IDLE,
        NO_BOOKMARK_ENDS_IT,
        BOOKMARK_WITHOUT_VERSION;

        void happen(StreamFixture fixture) {
            ScriptedApi.Call list = fixture.call().ok().send(added("a", 1));
            switch (this) {
                case CLEAN -> list.end();
                case CUT -> list.cut();
                case IDLE -> fixture.advance(StreamFixture.IDLE_TIMEOUT);
                case NO_BOOKMARK_ENDS_IT -> list.send(bookmark(2), bookmark(3), bookmark(4));
                case BOOKMARK_WITHOUT_VERSION -> list.send("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{}}}\n");
            }
            fixture.advance(LATER);
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsInPagesWhenStreamingListsDoNotEnd(ListEnd end) {
        fixture.stream.start();
        end.happen(fixture);
        assertLists();
        end.happen(fixture);

        assertThat(call().url()).contains("configmaps?limit=2");
        call().ok().send(Frames.page(10, "", Frames.object("a", "1", 1))).end();
        call().ok().send(added("b", 11));
        assertThat(fixture.changes()).containsExactly("ADDED b 11");
    }

    @Test
    void requestsStreamingListsAgainAfterHours() {
        refuseStreamingList();
        call().ok().send(Frames.page(10, "")).end();
        call().ok();
        for (int i = 0; i < 4 * 60 * 2; i++) {
            fixture.advance(Duration.ofSeconds(30));
            call().send(bookmark(11 + i));
        }
        call().send(error(410, "too old"));
        fixture.advance(LATER);

        assertLists();
    }

    @Test
    void aStreamingListIsNotLimitedByTheTimeoutOfWatches() {
        fixture.stream.start();
        assertThat(call().url()).contains("timeoutSeconds=1800");
        fixture.list(10).end();
        fixture.advance(LATER);

        assertThat(call().url()).contains("timeoutSeconds=300");
    }

    private void start(boolean streaming) {
        if (streaming) {
            fixture.stream.start();
        } else {
            refuseStreamingList();
        }
    }

    /** Sends the list that the stream has requested, and the head of the watch after it. */
    private void list(boolean streaming, int version, String... objects) {
        call().ok();
        if (streaming) {
            for (String object : objects) {
                call().send("{\"type\":\"ADDED\",\"object\":%s}\n".formatted(object));
            }
            call().send(initialEnd(version));
        } else {
            call().send(Frames.page(version, "", objects)).end();
            call().ok();
        }
    }

    private void refuseStreamingList() {
        fixture.stream.start();
        call().refuse(422, "sendInitialEvents is forbidden");
    }

    @Test
    void anExpiredContinueTokenRestartsTheList() {
        refuseStreamingList();
        call().ok()
                .send(Frames.page(10, "", Frames.object("a", "1", 1), Frames.object("b", "2", 2)))
                .end();
        call().ok().send(error(410, "too old"));
        fixture.advance(LATER);
        call().ok().send(Frames.page(20, "t", Frames.object("a", "1", 15))).end();
        call().refuse(410, "the provided continue parameter is too old");
        fixture.advance(LATER);

        assertThat(call().url()).contains("?limit=2");
        call().ok()
                .send(Frames.page(30, "", Frames.object("a", "1", 15), Frames.object("c", "3", 25)))
                .end();
        call().ok();
        assertThat(fixture.changes()).containsExactly("MODIFIED a 15", "ADDED c 25", "DELETED b 2 derived");
    }

    @Test
    void aConnectionCutDuringAListLosesNothing() {
        fixture.watching(10, added("a", 1), added("b", 2), added("c", 3)).send(error(410, "too old"));
        fixture.advance(LATER);
        call().ok().send(added("a", 11)).cut();
        fixture.advance(LATER);

        assertLists();
        fixture.list(30, added("a", 11), added("b", 2), added("d", 21));
        assertThat(fixture.changes()).containsExactly("MODIFIED a 11", "ADDED d 21", "DELETED c 3 derived");
    }

    @Test
    void aTruncatedPageRestartsTheList() {
        refuseStreamingList();
        String page = Frames.page(10, "", Frames.object("a", "1", 1));
        call().ok().send(page.substring(0, page.length() - 2)).end();
        fixture.advance(LATER);

        assertThat(call().url()).contains("?limit=2");
        assertThat(fixture.stream.isOpen()).isFalse();
    }

    @Test
    void aConnectionCutWhileDeletesAreDerivedLosesNone() {
        fixture.watching(10, added("a", 1), added("b", 2), added("c", 3)).send(error(410, "too old"));
        fixture.advance(LATER);
        fixture.capacity.open(1);
        fixture.list(30);
        call().cut();
        assertThat(fixture.changes()).hasSize(1);
        fixture.capacity.open(1);
        fixture.advance(LATER);
        assertThat(fixture.api.count()).as("no request before the last delete").isEqualTo(2);
        fixture.capacity.open(10);
        fixture.advance(LATER);
        assertThat(fixture.changes()).hasSize(2);
        assertThat(fixture.stream.indexedObjects()).isZero();
        assertWatchesFrom(30);
    }

    @Test
    void aWatchThatFailsAfterAListRestartsTheList() {
        refuseStreamingList();
        call().ok().send(Frames.page(10, "", Frames.object("a", "1", 1))).end();
        call().ok().send(error(410, "too old"));
        fixture.advance(LATER);
        call().ok().send(Frames.page(30, "")).end();
        call().refuse(500, "etcd is away");
        fixture.advance(LATER);

        assertThat(call().url()).contains("?limit=2");
        call().ok().send(Frames.page(40, "")).end();
        call().ok();
        assertThat(fixture.changes()).containsExactly("DELETED a 1 derived");
    }

    @Test
    void waitsForRetryAfter() {
        fixture.watching(10).end();
        fixture.advance(Duration.ZERO);
        call().refuse(429, "slow down", Optional.of(Duration.ofSeconds(17)));

        fixture.advance(Duration.ofSeconds(17).minusMillis(1));
        assertThat(fixture.api.count()).isEqualTo(2);
        fixture.advance(Duration.ofMillis(1));
        assertThat(fixture.api.count()).isEqualTo(3);
        assertWatchesFrom(10);
    }

    @Test
    void limitsRetryAfterToAMinute() {
        fixture.watching(10).end();
        fixture.advance(Duration.ZERO);
        call().refuse(429, "come back next week", Optional.of(Duration.ofDays(7)));

        fixture.advance(Duration.ofMinutes(1));
        assertThat(fixture.api.count()).isEqualTo(3);
        assertWatchesFrom(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 429})
    void serverErrorsNeverLeadToARelist(int status) {
        fixture.watching(10).end();
        for (int i = 0; i < 50; i++) {
            fixture.advance(StreamFixture.MAX_BACKOFF);
            assertWatchesFrom(10);
            call().refuse(status, "in trouble");
        }
        assertThat(fixture.relists()).isZero();
        assertThat(fixture.denials).isEmpty();
        assertThat(fixture.stream.isOpen()).isFalse();
    }

    /** Failures whose reason may be the position. */
    private enum Suspect {
        TOO_LARGE,
        TOO_LARGE_FRAME,
        MALFORMED,
        REFUSED,
        ERROR_FRAME;

        void happen(StreamFixture fixture) {
            ScriptedApi.Call call = fixture.call();
            switch (this) {
                case TOO_LARGE -> call.refuse(504, "Too large resource version: 10, current: 3");
                case TOO_LARGE_FRAME -> call.ok().send(error(504, "Too large resource version: 10, current: 3"));
                case MALFORMED -> call.ok().send("<html>maintenance</html>\n");
                case REFUSED -> call.refuse(400, "invalid resource version");
                case ERROR_FRAME -> call.ok().send(error(499, "odd"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void relistsWhenTheWatchFailsForLongerThanTheHistoryLasts(Suspect suspect) {
        fixture.watching(10).end();
        fixture.advance(StreamFixture.MAX_BACKOFF);
        for (int i = 0; i < 7; i++) {
            assertWatchesFrom(10);
            suspect.happen(fixture);
            fixture.advance(Duration.ofSeconds(30));
        }

        assertLists();
        assertThat(fixture.relists()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void quickFailuresNeverLoseThePosition(Suspect suspect) {
        fixture.watching(10).end();
        fixture.advance(Duration.ZERO);
        for (int i = 0; i < 6; i++) {
            suspect.happen(fixture);
            fixture.advance(StreamFixture.MAX_BACKOFF);
        }

        assertWatchesFrom(10);
        assertThat(fixture.relists()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 9})
    void aWatchThatEndsEmptyAgainAndAgainLosesThePosition(int secondsOpen) {
        fixture.watching(10, added("a", 1), added("gone", 2)).end();
        for (int i = 0; i < 3; i++) {
            fixture.advance(LATER);
            assertWatchesFrom(10);
            call().ok();
            fixture.advance(Duration.ofSeconds(secondsOpen));
            call().end();
        }
        assertThat(fixture.stream.isOpen()).isFalse();
        fixture.advance(LATER);

        assertLists();
        fixture.list(50, added("a", 1));
        assertThat(fixture.changes()).containsExactly("DELETED gone 2 derived");
        assertThat(fixture.relists()).isEqualTo(1);
        assertThat(fixture.stream.isOpen()).isTrue();
    }

    @Test
    void aSingleEmptyWatchIsNormal() {
        fixture.watching(9).send(bookmark(10)).end();
        fixture.advance(LATER);
        call().ok().end();
        assertThat(fixture.stream.isOpen()).isTrue();
        fixture.advance(LATER);
        assertWatchesFrom(10);
        call().ok().send(bookmark(11)).end();
        for (int i = 0; i < 2; i++) {
            fixture.advance(LATER);
            assertWatchesFrom(11);
            call().ok().end();
        }
        fixture.advance(LATER);

        assertWatchesFrom(11);
        assertThat(fixture.relists()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void aDeniedWatchIsReportedAndResumed(int status) {
        fixture.watching(10).end();
        fixture.advance(Duration.ZERO);
        call().refuse(status, "no");
        assertThat(fixture.stream.isOpen()).isFalse();
        assertThat(fixture.denials)
                .singleElement()
                .asString()
                .contains("v1/configmaps@ns", Integer.toString(status), "no");
        fixture.advance(LATER);

        assertWatchesFrom(10);
        call().ok();
        assertThat(fixture.stream.isOpen()).isTrue();
        assertThat(fixture.relists()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aDenialLastsUntilTheRequestIsAccepted(int status) {
        fixture.watching(10).end();
        assertThat(fixture.stream.denial()).isEmpty();
        fixture.advance(LATER);
        call().refuse(status, "no");
        fixture.advance(LATER);
        call().cut();
        assertThat(fixture.stream.denial())
                .hasValueSatisfying(denial -> assertThat(denial).contains("v1/configmaps@ns", "no"));
        fixture.advance(LATER);
        call().ok();

        assertThat(fixture.stream.denial()).isEmpty();
    }

    /** A field selector that the kind does not have, for example. */
    @Test
    void aRefusedRequestIsReportedUntilOneIsAccepted() {
        fixture.watching(10).end();
        fixture.advance(LATER);
        call().refuse(400, "field label not supported: spec.colour");
        assertThat(fixture.stream.refusal()).hasValueSatisfying(refusal -> assertThat(refusal)
                .contains("v1/configmaps@ns", "field label not supported: spec.colour"));
        assertThat(fixture.stream.denial()).isEmpty();
        fixture.advance(LATER);
        call().ok();

        assertThat(fixture.stream.refusal()).isEmpty();
    }

    @Test
    void anUnreachableApiServerAtTheStartIsReported() {
        fixture.stream.start();
        call().cut();

        assertThat(fixture.denials).singleElement().asString().contains("connection reset");
    }

    /** Ways a resumed watch fails. */
    private enum Failure {
        NO_CONNECTION,
        ENDS_SOON,
        SERVER_ERROR,
        ERROR_FRAME;

        void happen(StreamFixture fixture) {
            ScriptedApi.Call call = fixture.call();
            switch (this) {
                case NO_CONNECTION -> call.cut();
                case ENDS_SOON -> call.ok().send(added("a", 11)).end();
                case SERVER_ERROR -> call.refuse(500, "in trouble");
                case ERROR_FRAME -> call.ok().send(error(500, "leader changed"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void backsOffUntilAWatchMakesProgress(Failure failure) {
        fixture.watching(10).send(added("a", 11)).end();
        fixture.advance(Duration.ZERO);
        boolean unreachable = failure == Failure.NO_CONNECTION;
        for (int seconds : unreachable ? new int[] {2, 3, 3} : new int[] {2, 4, 8}) {
            failure.happen(fixture);
            int calls = fixture.api.count();
            fixture.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(fixture.api.count()).as("before %d s", seconds).isEqualTo(calls);
            fixture.advance(Duration.ofMillis(1));
            assertThat(fixture.api.count()).as("after %d s", seconds).isEqualTo(calls + 1);
        }

        call().ok().send(added("b", 12)).end();
        fixture.advance(Duration.ZERO);
        assertWatchesFrom(10);
    }

    @Test
    void neverWaitsLongerThanTheMaximumBackoff() {
        fixture.watching(10).end();
        fixture.advance(Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            call().refuse(500, "in trouble");
            int calls = fixture.api.count();
            fixture.advance(StreamFixture.MAX_BACKOFF);
            assertThat(fixture.api.count()).isEqualTo(calls + 1);
        }
    }

    @Test
    void retriesAnUnreachableApiServerEveryThreeSeconds() {
        fixture.watching(10).end();
        fixture.advance(Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            call().cut();
            int calls = fixture.api.count();
            fixture.advance(Duration.ofSeconds(3));
            assertThat(fixture.api.count()).isEqualTo(calls + 1);
        }
    }

    @Test
    void relistsAtOnceAfterAnOutage() {
        fixture.watching(10).end();
        fixture.advance(Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            call().cut();
            fixture.advance(StreamFixture.MAX_BACKOFF);
        }
        call().refuse(410, "too old resource version");
        fixture.advance(Duration.ZERO);
        assertLists();

        call().cut();
        fixture.advance(Duration.ofSeconds(2));
        assertLists();
        assertThat(fixture.api.count()).as("backoff starts over").isEqualTo(14);
    }

    @Test
    void backsOffWhenThePositionIsLostRepeatedly() {
        fixture.watching(10);
        for (int seconds : new int[] {0, 1, 2}) {
            call().send(error(410, "too old resource version"));
            int calls = fixture.api.count();
            fixture.advance(Duration.ofSeconds(seconds).minusMillis(seconds == 0 ? 0 : 1));
            assertThat(fixture.api.count()).as("before %d s", seconds).isEqualTo(seconds == 0 ? calls + 1 : calls);
            fixture.advance(Duration.ofMillis(1));
            assertThat(fixture.api.count()).as("after %d s", seconds).isEqualTo(calls + 1);
            fixture.list(20);
        }
    }

    @Test
    void aQuietWatchThatTimesOutIsFollowedAtOnce() {
        fixture.watching(10);
        for (int i = 0; i < 20; i++) {
            fixture.advance(Duration.ofSeconds(30));
            call().end();
            int calls = fixture.api.count();
            fixture.advance(Duration.ZERO);
            assertThat(fixture.api.count()).isEqualTo(calls + 1);
            assertWatchesFrom(10);
            call().ok();
            assertThat(fixture.stream.isOpen()).isTrue();
        }
    }

    @Test
    void cancelsAnIdleConnection() {
        ScriptedApi.Call silent = fixture.watching(10);
        fixture.advance(Duration.ofSeconds(40));
        silent.send(bookmark(11));
        fixture.advance(StreamFixture.IDLE_TIMEOUT.minusMillis(1));
        assertThat(silent.isCancelled()).isFalse();
        fixture.advance(Duration.ofMillis(1));

        assertThat(silent.isCancelled()).isTrue();
        fixture.advance(LATER);
        assertWatchesFrom(11);
    }

    @Test
    void cancelsARequestWithoutResponse() {
        fixture.stream.start();
        ScriptedApi.Call unanswered = call();
        fixture.advance(StreamFixture.IDLE_TIMEOUT.plus(SECOND));

        assertThat(unanswered.isCancelled()).isTrue();
        assertLists();
        assertThat(fixture.api.count()).isEqualTo(2);
    }

    @Test
    void waitingForCapacityIsNotIdle() {
        fixture.watching(10);
        fixture.capacity.close();
        call().send(added("a", 11));
        fixture.advance(LONG);

        assertThat(call().isCancelled()).isFalse();
        assertThat(fixture.api.count()).isEqualTo(1);
        fixture.capacity.open(5);
        assertThat(fixture.changes()).containsExactly("ADDED a 11");
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aBookmarkMovesThePositionWithoutCapacity(End end) {
        fixture.watching(10);
        fixture.capacity.close();
        call().send(bookmark(25), bookmark(30));
        end.happen(fixture);

        assertWatchesFrom(30);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFirstListCompletesWithoutCapacity(boolean streaming) {
        fixture.capacity.close();
        start(streaming);
        list(streaming, 10, Frames.object("a", "1", 3), Frames.object("b", "2", 7));

        assertThat(fixture.stream.isOpen()).isTrue();
        assertThat(fixture.stream.indexedObjects()).isEqualTo(2);
        call().cut();
        fixture.advance(LATER);
        assertWatchesFrom(10);
    }

    @Test
    void aFilteredObjectIsReadWithoutCapacity() {
        fixture.filteredName = "a";
        fixture.watching(10);
        fixture.capacity.close();
        call().send(added("a", 11) + deleted("a", 12)).cut();
        fixture.advance(LATER);

        assertWatchesFrom(11);
    }

    @Test
    void nothingBehindAChangeIsReadBeforeThereIsCapacity() {
        fixture.watching(10);
        fixture.capacity.close();
        call().send(bookmark(11) + added("a", 12) + bookmark(13), bookmark(14)).cut();
        fixture.advance(LATER);
        assertThat(fixture.api.count()).isEqualTo(1);
        assertThat(fixture.changes()).isEmpty();

        fixture.capacity.open(1);
        fixture.advance(LATER);
        assertThat(fixture.changes()).containsExactly("ADDED a 12");
        assertWatchesFrom(13);
    }

    @Test
    void unchangedObjectsAreComparedWithoutCapacity() {
        fixture.watching(10, added("a", 1), added("b", 2)).send(error(410, "too old"));
        fixture.advance(LATER);
        fixture.capacity.close();
        call().ok().send(added("a", 1) + added("b", 2) + added("c", 20));
        fixture.capacity.open(1);

        assertThat(fixture.changes()).containsExactly("ADDED c 20");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachChangeOfARecreatedObjectNeedsCapacity(boolean streaming) {
        start(streaming);
        list(streaming, 10, Frames.object("a", "1", 1));
        call().send(error(410, "too old"));
        fixture.advance(LATER);
        fixture.capacity.close();
        list(streaming, 30, Frames.object("a", "2", 20));

        assertThat(fixture.changes()).isEmpty();
        fixture.capacity.open(1);
        assertThat(fixture.changes()).containsExactly("DELETED a 1 derived");
        fixture.capacity.open(1);
        assertThat(fixture.changes()).containsExactly("ADDED a 20");
    }

    @Test
    void pullsNothingWhileAChangeWaitsForCapacity() {
        fixture.watching(10);
        fixture.capacity.open(2);
        call().send(added("a", 11) + added("b", 12) + added("c", 13) + added("d", 14));
        int pulled = call().pulled();
        call().send(added("e", 15));

        assertThat(fixture.changes()).containsExactly("ADDED a 11", "ADDED b 12");
        fixture.capacity.open(1);
        assertThat(fixture.changes()).containsExactly("ADDED c 13");
        assertThat(call().pulled()).isEqualTo(pulled);
        fixture.capacity.open(10);
        assertThat(call().pulled()).isEqualTo(pulled + 1);
        call().deliver();
        assertThat(fixture.changes()).containsExactly("ADDED d 14", "ADDED e 15");
    }

    @ParameterizedTest
    @EnumSource(
            value = End.class,
            names = {"CLEAN", "CUT"})
    void decodesWhatArrivedBeforeTheEndAsCapacityAllows(End end) {
        fixture.watching(10);
        fixture.capacity.open(1);
        call().send(added("a", 11) + added("b", 12) + added("c", 13));
        end.happen(fixture);
        fixture.advance(LONG);
        assertThat(fixture.api.count()).isEqualTo(1);

        fixture.capacity.open(1);
        assertThat(fixture.changes()).containsExactly("ADDED a 11", "ADDED b 12");
        fixture.capacity.open(10);
        fixture.advance(LATER);
        assertThat(fixture.changes()).containsExactly("ADDED c 13");
        assertWatchesFrom(12);
    }

    private ListLimiter.Permit heldPermit() {
        ListLimiter.Permit permit = fixture.lists.permit();
        permit.acquire(() -> {});
        return permit;
    }

    @Test
    void listsOnlyWithAPermit() {
        ListLimiter.Permit other = heldPermit();
        fixture.stream.start();
        assertThat(fixture.api.count()).isZero();

        other.release();
        assertThat(fixture.api.count()).isEqualTo(1);
    }

    @Test
    void releasesThePermitWhenTheListIsComplete() {
        fixture.stream.start();
        call().ok().send(added("a", 1));
        boolean[] acquired = {false};
        fixture.lists.permit().acquire(() -> acquired[0] = true);
        assertThat(acquired[0]).isFalse();

        call().send(initialEnd(10));
        assertThat(acquired[0]).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {410, 422, 429, 500, 0})
    void releasesThePermitWhenTheListFails(int status) {
        fixture.stream.start();
        if (status == 0) {
            call().cut();
        } else {
            call().refuse(status, "no");
        }
        if (status == 422) {
            call().refuse(500, "no");
        }

        assertThat(fixture.isListPermitAvailable()).isTrue();
    }

    /** A list after 410 that shows a change for which there is no capacity. */
    private void listWithoutCapacity() {
        fixture.watching(10).send(error(410, "too old"));
        fixture.advance(LATER);
        fixture.capacity.close();
        call().ok().send(added("a", 20));
    }

    @Test
    void aListThatWaitsForCapacityContinuesWithAPermit() {
        listWithoutCapacity();
        ListLimiter.Permit other = heldPermit();
        fixture.capacity.open(5);
        assertThat(fixture.changes()).as("another stream lists").isEmpty();
        other.release();

        assertThat(fixture.changes()).containsExactly("ADDED a 20");
        assertThat(fixture.isListPermitAvailable()).as("while it lists").isFalse();
        call().send(initialEnd(30));
        assertThat(fixture.isListPermitAvailable()).isTrue();
    }

    @Test
    void aListThatIsStoppedWithoutCapacityAcquiresNoPermit() {
        listWithoutCapacity();
        fixture.stream.stop();
        fixture.capacity.open(5);

        assertThat(fixture.isListPermitAvailable()).isTrue();
        assertThat(fixture.changes()).isEmpty();
    }

    @Test
    void aStreamStoppedInTheQueueDoesNotList() {
        ListLimiter.Permit other = heldPermit();
        fixture.stream.start();
        fixture.stream.stop();
        other.release();

        assertThat(fixture.api.count()).isZero();
        assertThat(fixture.isListPermitAvailable()).isTrue();
    }

    @Test
    void aStreamStoppedDuringAListReleasesThePermit() {
        fixture.stream.start();
        call().ok().send(added("a", 1));
        fixture.stream.stop();

        assertThat(call().isCancelled()).isTrue();
        assertThat(fixture.isListPermitAvailable()).isTrue();
        assertStaysStopped();
    }

    @Test
    void aStreamStoppedBetweenTwoPagesReleasesThePermit() {
        refuseStreamingList();
        call().ok().send(Frames.page(10, "t", Frames.object("a", "1", 1))).end();
        fixture.stream.stop();

        assertThat(fixture.isListPermitAvailable()).isTrue();
        assertStaysStopped();
    }

    @Test
    void aStreamStoppedWhileWatchingEmitsNothing() {
        fixture.watching(10);
        fixture.stream.stop();
        call().send(added("a", 11));

        assertThat(call().isCancelled()).isTrue();
        assertThat(fixture.isListPermitAvailable()).isTrue();
        assertStaysStopped();
    }

    @Test
    void aStreamStoppedWhileWaitingDoesNotRetry() {
        fixture.watching(10).cut();
        fixture.stream.stop();

        assertStaysStopped();
    }

    @Test
    void aStreamStoppedWithoutCapacityEmitsNothing() {
        fixture.watching(10);
        fixture.capacity.open(1);
        call().send(added("a", 11) + added("b", 12));
        assertThat(fixture.changes()).containsExactly("ADDED a 11");
        fixture.stream.stop();
        fixture.capacity.open(10);

        assertStaysStopped();
    }

    private void assertStaysStopped() {
        int calls = fixture.api.count();
        fixture.advance(LONG);
        assertThat(fixture.api.count()).isEqualTo(calls);
        assertThat(fixture.changes()).isEmpty();
        assertThat(fixture.time.pending()).isZero();
    }
}
