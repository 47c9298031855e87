package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.bookmark;
import static dev.apiserversource.adapter.watch.Frames.error;
import static dev.apiserversource.adapter.watch.Frames.object;
import static dev.apiserversource.adapter.watch.Frames.page;
import static org.assertj.core.api.Assertions.assertThat;

/** Quiet streams of a resource without bookmarks. */
class PositionProbeTest {

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final StreamFixture fixture = new StreamFixture();

    @BeforeEach
    void startProbe() {
        fixture.probe.start();
    }

    private ScriptedApi.Call call() {
        return fixture.call();
    }

    private void answerProbe(int version) {
        fixture.audit().ok().send(page(version, "t", object("other", "1", 3))).end();
    }

    /** The stream has listed at 10 and is silent; the API server is at {@code version} after 30 s. */
    private void silentUntilProbed(int version) {
        fixture.watchingWithoutBookmarks(10, added("a", 1));
        fixture.advance(INTERVAL);
        answerProbe(version);
    }

    private void assertResumesFrom(int version) {
        assertThat(call().url()).contains("watch=true", "&resourceVersion=" + version);
    }

    private void endCleanly() {
        call().end();
        fixture.advance(Duration.ZERO);
    }

    @Test
    void listsOneObjectAsMetadata() {
        fixture.watchingWithoutBookmarks(10);
        fixture.advance(INTERVAL);

        assertThat(fixture.audit().url()).startsWith("/api/v1/namespaces/ns/configmaps?limit=1&labelSelector=");
    }

    /** A selective list may read every object. But a Role can grant the selected object only. */
    @Test
    void selectsAsTheStreamDoesOnlyWhenMoreIsDenied() {
        StreamFixture selective = new StreamFixture(new WatchTarget(
                new ResourceType("", "v1", "events", "Event", true), Optional.of("ns"), "", "metadata.name=a", false));
        selective.probe.start();
        selective.watchingWithoutBookmarks(10);
        selective.advance(INTERVAL);
        assertThat(selective.audit().url()).isEqualTo("/api/v1/namespaces/ns/events?limit=1");
        selective.audit().refuse(403, "no");
        selective.advance(INTERVAL);

        assertThat(selective.audit().url())
                .isEqualTo("/api/v1/namespaces/ns/events?limit=1&fieldSelector=metadata.name%3Da");
    }

    @Test
    void aSilentStreamTakesTheVersionThirtySecondsLater() {
        silentUntilProbed(50);
        fixture.advance(INTERVAL);
        endCleanly();

        assertResumesFrom(50);
    }

    @Test
    void aSilentStreamKeepsItsPositionUntilThen() {
        silentUntilProbed(50);
        fixture.advance(INTERVAL.minusMillis(1));
        endCleanly();

        assertResumesFrom(10);
    }

    @Test
    void aStreamThatReadsAChangeMeanwhileKeepsItsPosition() {
        silentUntilProbed(50);
        fixture.advance(Duration.ofSeconds(1));
        call().send(added("b", 45));
        fixture.advance(INTERVAL);
        endCleanly();

        assertResumesFrom(10);
    }

    @Test
    void aStreamThatReconnectsMeanwhileKeepsItsPosition() {
        silentUntilProbed(50);
        fixture.advance(Duration.ofSeconds(1));
        endCleanly();
        call().ok();
        fixture.advance(INTERVAL);
        endCleanly();

        assertResumesFrom(10);
    }

    @Test
    void aStreamWithoutCapacityIsNotSilent() {
        fixture.watchingWithoutBookmarks(10);
        fixture.capacity.close();
        call().send(added("b", 45));
        fixture.advance(INTERVAL.multipliedBy(3));

        assertThat(fixture.api.metadataCalls()).isZero();
    }

    @Test
    void aStreamWithinAFrameIsNotSilent() {
        fixture.watchingWithoutBookmarks(10).send(added("b", 45).substring(0, 40));
        fixture.advance(INTERVAL.multipliedBy(3));

        assertThat(fixture.api.metadataCalls()).isZero();
    }

    @Test
    void aStreamWithBookmarksIsNotProbed() {
        fixture.watchingWithoutBookmarks(10).send(bookmark(11));
        fixture.advance(INTERVAL);
        fixture.advance(Duration.ofSeconds(29));

        assertThat(fixture.api.metadataCalls()).isZero();
    }

    @Test
    void silenceOfAWatchWithoutBookmarksIsNormal() {
        fixture.watchingWithoutBookmarks(10);
        for (int i = 0; i < 40; i++) {
            fixture.advance(INTERVAL);
            if (i % 2 == 0) {
                answerProbe(20 + i);
            }
        }

        assertThat(fixture.stream.isOpen()).isTrue();
        assertThat(fixture.registry.find("apiserversource.watch.restarts").counters())
                .isEmpty();
    }

    @Test
    void aWatchAfterAListIsDeadWhenItOutlivesTheTimeoutOfTheList() {
        ScriptedApi.Call silent = fixture.watchingWithoutBookmarks(10);
        fixture.probe.stop();
        assertIsDeadAfter(silent, Duration.ofMinutes(30).plusSeconds(30));
    }

    @Test
    void aWatchWithoutBookmarksIsDeadWhenItOutlivesItsTimeout() {
        fixture.watchingWithoutBookmarks(10);
        fixture.probe.stop();
        endCleanly();
        assertThat(call().url()).contains("timeoutSeconds=300");
        assertIsDeadAfter(call().ok(), Duration.ofMinutes(5).plusSeconds(30));
    }

    @Test
    void aFrameWhoseRestDoesNotArriveIsNoSilence() {
        ScriptedApi.Call stalled = fixture.watchingWithoutBookmarks(10);
        stalled.send(added("b", 45).substring(0, 40));
        assertIsDeadAfter(stalled, StreamFixture.IDLE_TIMEOUT);
    }

    private void assertIsDeadAfter(ScriptedApi.Call watch, Duration duration) {
        fixture.advance(duration.minusMillis(1));
        assertThat(watch.isCancelled()).isFalse();
        fixture.advance(Duration.ofMillis(1));
        assertThat(watch.isCancelled()).isTrue();
    }

    /** A cut connection may have kept changes back, so the watch resumes from what was read. */
    @Test
    void aCutWatchResumesFromTheProvenPosition() {
        silentUntilProbed(50);
        fixture.advance(INTERVAL);
        call().cut();
        fixture.advance(Duration.ofSeconds(5));

        assertResumesFrom(10);
        call().ok().send(added("b", 45));
        assertThat(fixture.changes()).containsExactly("ADDED b 45");
    }

    /** The stream has listed at 10, and 50 is assumed. */
    private ScriptedApi.Call silentAt50() {
        silentUntilProbed(50);
        fixture.advance(INTERVAL);
        return call();
    }

    /** A cut, and then nothing accepts connections for a while. */
    private void outage() {
        call().cut();
        for (int i = 0; i < 5; i++) {
            fixture.advance(Duration.ofSeconds(5));
            call().cut();
        }
        fixture.advance(Duration.ofSeconds(5));
    }

    /** The proven position has no history. The API server answers with 200, as it does without a watch cache. */
    private void goneAt10() {
        assertResumesFrom(10);
        call().ok().send(error(410, "too old"));
        fixture.advance(Duration.ofSeconds(2));
    }

    @Test
    void resumesAtTheAssumedPositionAfterAnOutageLongerThanTheHistory() {
        silentAt50();
        outage();
        goneAt10();

        assertResumesFrom(50);
        call().ok().send(added("b", 55));
        fixture.advance(Duration.ofSeconds(5));
        fixture.audit()
                .ok()
                .send(page(55, "", object("a", "uid-of-a", 1), object("b", "uid-of-b", 55)))
                .end();
        call().send(added("c", 56));
        assertThat(fixture.audits("consistent")).isEqualTo(1);
        assertThat(fixture.gaps).isEmpty();
        assertThat(fixture.relists()).isZero();
    }

    @Test
    void anAuditFindsWhatWasMissedBeforeTheAssumedPosition() {
        silentAt50();
        outage();
        goneAt10();
        call().ok();
        fixture.advance(Duration.ofSeconds(5));
        fixture.audit()
                .ok()
                .send(page(60, "", object("a", "uid-of-a", 1), object("b", "uid-of-b", 45)))
                .end();
        fixture.advance(Duration.ofSeconds(2));
        fixture.list(60, added("a", 1), added("b", 45));

        assertThat(fixture.changes()).containsExactly("ADDED b 45");
        assertThat(fixture.gaps).containsExactly(new Gap("missed", "10", "60", 1, 0, 0));
    }

    @Test
    void withoutHistoryAtBothPositionsTheGapBeginsAtTheProvenOne() {
        silentAt50();
        outage();
        goneAt10();
        assertResumesFrom(50);
        call().ok().send(error(410, "too old"));
        fixture.advance(StreamFixture.MAX_BACKOFF);
        fixture.list(60, added("a", 1));

        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "60", 0, 0, 0));
    }

    @Test
    void resumesAtTheAssumedPositionAfterEachOutage() {
        silentAt50();
        outage();
        goneAt10();
        assertResumesFrom(50);
        call().ok();
        outage();
        goneAt10();

        assertResumesFrom(50);
    }

    /** The probe sees another connection than the watch. */
    @Test
    void aDeadWatchHasConfirmedNoPosition() {
        silentAt50();
        endCleanly();
        ScriptedApi.Call dead = call().ok();
        fixture.advance(Duration.ofMinutes(5).plusSeconds(30));
        assertThat(dead.isCancelled()).isTrue();
        fixture.advance(Duration.ofSeconds(5));
        goneAt10();

        fixture.list(60, added("a", 1));
        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "60", 0, 0, 0));
    }

    @Test
    void aChangeBeforeTheAssumedPositionDisprovesIt() {
        silentAt50();
        call().send(added("b", 45));
        outage();
        goneAt10();

        fixture.list(60, added("a", 1), added("b", 45));
        assertThat(fixture.gaps).containsExactly(new Gap("gone", "10", "60", 0, 0, 0));
    }

    @Test
    void anOlderVersionIsAReset() {
        silentUntilProbed(5);
        fixture.advance(INTERVAL);
        fixture.list(6, added("a", 1));

        assertThat(fixture.gaps).containsExactly(new Gap("reset", "10", "6", 0, 0, 0));
    }

    @Test
    void aFailedProbeIsRepeated() {
        fixture.watchingWithoutBookmarks(10);
        fixture.advance(INTERVAL);
        fixture.audit().refuse(500, "no");
        fixture.advance(INTERVAL);
        answerProbe(50);
        fixture.advance(INTERVAL);
        endCleanly();

        assertResumesFrom(50);
    }

    @Test
    void aStoppedProbeRequestsNothing() {
        fixture.watchingWithoutBookmarks(10);
        fixture.advance(INTERVAL);
        fixture.probe.stop();

        assertThat(fixture.audit().isCancelled()).isTrue();
        fixture.advance(INTERVAL.multipliedBy(3));
        assertThat(fixture.api.metadataCalls()).isEqualTo(1);
    }
}
