package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.state.ReplayMark;
import dev.apiserversource.adapter.state.StreamSnapshot;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.deleted;
import static dev.apiserversource.adapter.watch.Frames.error;
import static dev.apiserversource.adapter.watch.Frames.modified;
import static dev.apiserversource.adapter.watch.Frames.object;
import static dev.apiserversource.adapter.watch.Frames.page;
import static org.assertj.core.api.Assertions.assertThat;

/** A replay sends every object once, in order with the changes that the watch brings. Pages have two objects. */
class StreamReplayTest {

    private static final Duration SOON = Duration.ofSeconds(1);

    private StreamFixture fixture = StreamFixture.replaying("r1", Optional.empty());

    private static String listed(String name, int version) {
        return object(name, "uid-of-" + name, version);
    }

    /** The stream lists {@code objects} and watches on; the replay has requested its first page. */
    private ScriptedApi.Call watching(int version, String... objects) {
        fixture.stream.start();
        ScriptedApi.Call watch = fixture.call();
        watch.ok().send(objects).send(Frames.initialEnd(version), Frames.bookmark(version));
        return watch;
    }

    private void answer(String... objects) {
        fixture.replayList().ok().send(page(20, "", objects)).end();
    }

    private ReplayMark mark() {
        return fixture.state.replay().orElseThrow();
    }

    private boolean isComplete() {
        return mark().completed().isPresent();
    }

    @Test
    void everyObjectIsSentOnceAfterTheFirstList() {
        watching(10, added("a", 1), added("b", 2), added("c", 3));
        fixture.replayList()
                .ok()
                .send(page(20, "t", listed("a", 1), listed("b", 2)))
                .end();
        assertThat(fixture.replayList().url()).contains("limit=2&continue=t");
        answer(listed("c", 3));

        assertThat(fixture.changes()).containsExactly("r1 a 1", "r1 b 2", "r1 c 3");
        assertThat(isComplete()).as("nothing is settled").isFalse();
        fixture.settleReplayed("a", "b", "c");
        assertThat(isComplete()).isTrue();
        assertThat(mark().objects()).isEqualTo(3);
    }

    @Test
    void aStreamThatIsNotOpenIsNotReplayed() {
        fixture.stream.start();
        fixture.call().ok().send(added("a", 1));

        assertThat(fixture.api.count()).isEqualTo(1);
        assertThat(fixture.state.replay()).isEmpty();
    }

    /** The list is older than what was emitted: the older state must not follow the newer one. */
    @Test
    void anObjectThatHasChangedSinceTheListIsListedAgain() {
        ScriptedApi.Call watch = watching(10, added("a", 1));
        ScriptedApi.Call list = fixture.replayList().ok();
        watch.send(modified("a", 30));
        list.send(page(20, "", listed("a", 1))).end();
        assertThat(fixture.changes()).containsExactly("MODIFIED a 30");
        fixture.advance(SOON);
        assertThat(fixture.replayList().url())
                .startsWith("/api/v1/namespaces/ns/configmaps?limit=1&")
                .endsWith("&fieldSelector=metadata.name%3Da");
        answer(listed("a", 30));

        assertThat(fixture.changes()).containsExactly("r1 a 30");
        fixture.settleReplayed("a");
        assertThat(isComplete()).isTrue();
    }

    /** The list is newer than what was emitted: the change that the watch brings must not follow the newer state. */
    @Test
    void anObjectThatTheWatchHasNotReachedFollowsItsChange() {
        ScriptedApi.Call watch = watching(10, added("a", 1));
        answer(listed("a", 15), listed("b", 16));
        assertThat(fixture.changes()).isEmpty();
        watch.send(modified("a", 12), modified("a", 15), added("b", 16));

        assertThat(fixture.changes())
                .containsExactly("MODIFIED a 12", "MODIFIED a 15", "r1 a 15", "ADDED b 16", "r1 b 16");
    }

    @Test
    void noObjectFollowsItsDelete() {
        ScriptedApi.Call watch = watching(10, added("a", 1), added("b", 2));
        ScriptedApi.Call list = fixture.replayList().ok();
        watch.send(deleted("a", 30));
        list.send(page(20, "", listed("a", 1), listed("b", 2))).end();
        fixture.advance(SOON);
        answer();

        assertThat(fixture.changes()).containsExactly("DELETED a 30", "r1 b 2");
        fixture.settleReplayed("b");
        assertThat(isComplete()).isTrue();
    }

    /** An earlier process may have delivered all of it: neither the old state nor the old object may follow. */
    @Test
    void whatAResumedWatchReadsAgainIsNotReplayed() {
        ScriptedApi.Call watch = watching(10, added("a", 1), added("b", 2));
        answer(object("a", "new", 18), listed("b", 19));
        watch.send(modified("a", 12), deleted("a", 13), modified("b", 14));
        watch.send("{\"type\":\"ADDED\",\"object\":" + object("a", "new", 18) + "}\n", modified("b", 19));

        assertThat(fixture.changes())
                .containsExactly(
                        "MODIFIED a 12",
                        "DELETED a 13",
                        "MODIFIED b 14",
                        "ADDED a 18",
                        "r1 a 18",
                        "MODIFIED b 19",
                        "r1 b 19");
    }

    @Test
    void anAwaitedObjectThatIsDeletedIsNotSent() {
        ScriptedApi.Call watch = watching(10, added("a", 1));
        answer(listed("a", 15));
        watch.send(deleted("a", 16));
        fixture.advance(SOON);

        assertThat(fixture.changes()).containsExactly("DELETED a 16");
        assertThat(isComplete()).isTrue();
    }

    /** The name belongs to another object now. The old one must not follow its delete. */
    @Test
    void aRecreatedObjectIsSentInItsNewState() {
        ScriptedApi.Call watch = watching(10, added("a", 1));
        ScriptedApi.Call list = fixture.replayList().ok();
        watch.send(deleted("a", 30), "{\"type\":\"ADDED\",\"object\":" + object("a", "new", 31) + "}\n");
        list.send(page(20, "", listed("a", 1))).end();
        fixture.advance(SOON);
        answer(object("a", "new", 31));

        assertThat(fixture.changes()).containsExactly("DELETED a 30", "ADDED a 31", "r1 a 31");
    }

    /** Listed again and again, it is ahead of the watch each time. */
    @Test
    void anObjectThatChangesAllTheTimeIsSentBehindAChange() {
        ScriptedApi.Call watch = watching(10, added("a", 1));
        answer(listed("a", 15));
        for (int version = 16; version < 20; version++) {
            fixture.advance(Duration.ofSeconds(6));
            answer(listed("a", version));
        }
        fixture.capacity.close();
        fixture.capacity.open(1);
        watch.send(modified("a", 15));

        assertThat(fixture.changes()).as("without capacity").containsExactly("MODIFIED a 15", "r1 a 15");
        fixture.settleReplayed("a");
        fixture.advance(Duration.ofSeconds(6));
        assertThat(isComplete()).isTrue();
    }

    @Test
    void theNextPageWaitsForAwaitedObjects() {
        ScriptedApi.Call watch = watching(10, added("a", 1), added("b", 2), added("c", 3));
        fixture.replayList()
                .ok()
                .send(page(20, "t", listed("a", 15), listed("b", 2)))
                .end();
        assertThat(fixture.replayList().url()).doesNotContain("continue=t");
        watch.send(modified("a", 15));
        fixture.advance(SOON);

        assertThat(fixture.replayList().url()).contains("continue=t");
    }

    @Test
    void filtersLeaveObjectsOut() {
        fixture.filteredName = "a";
        fixture.unreplayedName = "b";
        watching(10, added("a", 1), added("b", 2), added("c", 3));
        answer(listed("a", 1), listed("b", 2), listed("c", 3));

        assertThat(fixture.changes()).containsExactly("r1 c 3");
        fixture.settleReplayed("c");
        assertThat(mark().objects()).isEqualTo(1);
    }

    @Test
    void withoutCapacityNothingIsSentAndTheWatchGoesOn() {
        ScriptedApi.Call watch = watching(10, added("a", 1), added("b", 2));
        fixture.capacity.close();
        answer(listed("a", 1), listed("b", 2));
        watch.send(Frames.bookmark(40));
        assertThat(fixture.changes()).isEmpty();
        assertThat(fixture.state.position()).isEqualTo("40");
        fixture.capacity.open(1);
        assertThat(fixture.changes()).containsExactly("r1 a 1");
        fixture.capacity.open(1);

        assertThat(fixture.changes()).containsExactly("r1 b 2");
    }

    /** The sink takes nothing: live changes find room, because the replay has taken little of it. */
    @Test
    void onlyAFewEventsArePending() {
        String[] names = IntStream.range(100, 300).mapToObj(i -> "o" + i).toArray(String[]::new);
        watching(10, map(names, Frames::added));
        answer(map(names, StreamReplayTest::listed));
        fixture.advance(Duration.ofSeconds(10));
        assertThat(fixture.changes()).hasSize(ReplayPace.MAX_PENDING);
        fixture.settleReplayed("o100");

        assertThat(fixture.changes()).containsExactly("r1 o164 1");
    }

    @Test
    void theRateIsBounded() {
        String[] names = IntStream.range(1000, 4000).mapToObj(i -> "o" + i).toArray(String[]::new);
        watching(10, map(names, Frames::added));
        answer(map(names, StreamReplayTest::listed));
        int sent = 0;
        for (int i = 0; i < 100; i++) {
            fixture.advance(Duration.ofMillis(10));
            for (String change : fixture.changes()) {
                sent++;
                fixture.settleReplayed(change.substring(3, change.indexOf(' ', 3)));
            }
        }

        assertThat(sent).isBetween(400, ReplayPace.EVENTS_PER_SECOND + 50);
    }

    private static String[] map(String[] names, BiFunction<String, Integer, String> text) {
        return Set.of(names).stream().sorted().map(name -> text.apply(name, 1)).toArray(String[]::new);
    }

    @Test
    void theMarkStaysBeforeTheOldestUnsettledObject() {
        watching(10, added("a", 1), added("b", 2), added("c", 3));
        answer(listed("a", 1), listed("b", 2), listed("c", 3));
        fixture.settleReplayed("a", "c");

        assertThat(mark().upTo()).isEqualTo("ns/a");
        assertThat(mark().objects()).isEqualTo(1);
    }

    @Test
    void aLaterProcessResumesBehindTheMark() {
        watching(10, added("a", 1), added("b", 2), added("c", 3));
        answer(listed("a", 1), listed("b", 2), listed("c", 3));
        fixture.settleReplayed("a", "c");
        restart("r1");
        answer(listed("a", 1), listed("b", 2), listed("c", 3));

        assertThat(fixture.changes()).as("no repeat but c").containsExactly("r1 b 2", "r1 c 3");
        fixture.settleReplayed("b", "c");
        assertThat(mark().objects()).isEqualTo(3);
        assertThat(isComplete()).isTrue();
    }

    @Test
    void aCompletedReplayIsNotRepeated() {
        watching(10, added("a", 1));
        answer(listed("a", 1));
        fixture.settleReplayed("a");
        restart("r1");

        assertThat(fixture.api.calls()).noneMatch(call -> call.url().contains("?limit="));
        assertThat(isComplete()).isTrue();
    }

    @Test
    void aNewValueStartsAnotherReplay() {
        watching(10, added("a", 1), added("b", 2));
        answer(listed("a", 1), listed("b", 2));
        fixture.settleReplayed("a");
        restart("r2");
        answer(listed("a", 1), listed("b", 2));

        assertThat(fixture.changes()).containsExactly("r2 a 1", "r2 b 2");
    }

    /** The next process resumes at the position, with the index that was stored. */
    private void restart(String value) {
        StreamSnapshot stored = fixture.state.snapshot(Set.of("ns/a", "ns/b", "ns/c"));
        fixture.stream.stop();
        fixture = StreamFixture.replaying(value, Optional.of(stored));
        fixture.stream.start();
        fixture.watch().ok();
    }

    @Test
    void afterAFailedPageWhatWasVisitedIsLeftOut() {
        watching(10, added("a", 1), added("b", 2));
        fixture.replayList().ok().send("{\"kind\":\"ConfigMapList\",\"items\":[" + listed("a", 1) + ",");
        fixture.replayList().cut();
        fixture.advance(SOON);
        answer(listed("a", 1), listed("b", 2));

        assertThat(fixture.changes()).containsExactly("r1 a 1", "r1 b 2");
    }

    @Test
    void anExpiredContinueTokenIsFollowedByAListFromTheStart() {
        watching(10, added("a", 1), added("b", 2), added("c", 3));
        fixture.replayList()
                .ok()
                .send(page(20, "t", listed("a", 1), listed("b", 2)))
                .end();
        fixture.replayList().refuse(410, "the provided continue parameter is too old");
        fixture.advance(SOON);
        assertThat(fixture.replayList().url()).doesNotContain("continue");
        answer(listed("a", 1), listed("b", 2), listed("c", 3));

        assertThat(fixture.changes()).containsExactly("r1 a 1", "r1 b 2", "r1 c 3");
    }

    /** No name says what is left, so everything may be repeated, and nothing is left out. */
    @Test
    void aListInAnotherOrderStartsOver() {
        watching(10, added("a", 1), added("b", 2));
        answer(listed("b", 2), listed("a", 1));
        answer(listed("b", 2), listed("a", 1));

        assertThat(fixture.changes()).contains("r1 a 1", "r1 b 2");
        assertThat(mark().upTo()).isEmpty();
    }

    /** While the target is listed again, an object is sent in the state that was emitted last. */
    @Test
    void aLostPositionKeepsTheOrder() {
        ScriptedApi.Call watch = watching(10, added("a", 1));
        ScriptedApi.Call list = fixture.replayList().ok();
        watch.send(error(410, "too old"));
        list.send(page(20, "", listed("a", 15))).end();
        fixture.advance(Duration.ofSeconds(3));
        fixture.api.calls().stream()
                .filter(call -> call.url().contains("sendInitialEvents"))
                .reduce((older, newer) -> newer)
                .orElseThrow()
                .ok()
                .send(added("a", 15), Frames.initialEnd(21));
        fixture.advance(Duration.ofSeconds(6));
        answer(listed("a", 15));

        assertThat(fixture.changes()).containsExactly("MODIFIED a 15", "r1 a 15");
    }

    @Test
    void aStoppedStreamEndsItsReplay() {
        watching(10, added("a", 1));
        fixture.stream.stop();

        assertThat(fixture.replayList().isCancelled()).isTrue();
        assertThat(fixture.time.pending()).isZero();
    }
}
