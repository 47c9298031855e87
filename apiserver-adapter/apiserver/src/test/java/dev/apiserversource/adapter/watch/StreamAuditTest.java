package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.model.Gap;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.bookmark;
import static dev.apiserversource.adapter.watch.Frames.deleted;
import static dev.apiserversource.adapter.watch.Frames.error;
import static dev.apiserversource.adapter.watch.Frames.modified;
import static dev.apiserversource.adapter.watch.Frames.object;
import static dev.apiserversource.adapter.watch.Frames.page;
import static org.assertj.core.api.Assertions.assertThat;

/** What happens when a resumed watch brings less than it should. */
class StreamAuditTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration LATER = StreamFixture.MAX_BACKOFF;

    private final StreamFixture fixture = new StreamFixture();

    private ScriptedApi.Call call() {
        return fixture.call();
    }

    /** The watch has read up to 20, is cut and resumed, and its audit lists. */
    private ScriptedApi.Call auditAfterACut() {
        fixture.watching(10, added("a", 1), added("b", 2)).send(bookmark(20)).cut();
        fixture.advance(SOON);
        call().ok();
        fixture.advance(SOON);
        return fixture.audit();
    }

    private void assertConsistent() {
        assertThat(fixture.audits("consistent")).isEqualTo(1);
        assertThat(fixture.relists()).isZero();
    }

    @Test
    void listsMetadataOnly() {
        assertThat(auditAfterACut().url()).startsWith("/api/v1/namespaces/ns/configmaps?limit=2&labelSelector=");
    }

    @Test
    void aConsistentStreamIsLeftAlone() {
        auditAfterACut()
                .ok()
                .send(page(30, "", object("a", "uid-of-a", 1), object("b", "uid-of-b", 2)))
                .end();
        call().send(bookmark(30));

        assertConsistent();
        assertThat(fixture.isListPermitAvailable()).isTrue();
        assertThat(fixture.changes()).isEmpty();
    }

    @Test
    void aStreamIsNotAuditedAfterItsFirstList() {
        fixture.watching(10);
        fixture.advance(Duration.ofSeconds(50));

        assertThat(fixture.api.metadataCalls()).isZero();
    }

    @Test
    void aCleanEndLeavesNoDoubt() {
        fixture.watching(10);
        fixture.advance(Duration.ofSeconds(30));
        call().end();
        fixture.advance(Duration.ZERO);
        call().ok();
        fixture.advance(SOON);

        assertThat(fixture.api.metadataCalls()).isZero();
    }

    /** A proxy limits the time of a request, and the API server behind it has not reached the position. */
    @Test
    void watchesThatEndEmptyAgainAndAgainAreAudited() {
        fixture.watching(10, added("a", 1)).send(bookmark(20)).end();
        for (int watch = 1; watch <= 3; watch++) {
            fixture.advance(LATER);
            call().ok();
            fixture.advance(Duration.ofSeconds(30));
            assertThat(fixture.api.metadataCalls()).isZero();
            call().end();
        }
        fixture.advance(LATER);
        call().ok();
        fixture.advance(SOON);
        fixture.audit().ok().send(page(15, "", object("a", "uid-of-a", 1))).end();

        assertThat(fixture.audits("reset")).isEqualTo(1);
    }

    /** etcd was restored from a backup. The API server accepts the position, and the watch is silent. */
    @Test
    void anOlderListIsAReset() {
        auditAfterACut().ok().send(page(15, "", object("a", "uid-of-a", 1))).end();
        assertThat(fixture.audits("reset")).isEqualTo(1);
        fixture.advance(LATER);
        fixture.list(16, added("a", 1));

        assertThat(fixture.changes()).containsExactly("DELETED b 2 derived");
        assertThat(fixture.gaps).containsExactly(new Gap("reset", "20", "16", 0, 0, 1));
    }

    /** The restored API server has passed the position again. */
    @Test
    void aMissedStateIsRelisted() {
        auditAfterACut()
                .ok()
                .send(page(30, "", object("a", "uid-of-a", 18), object("b", "uid-of-b", 2)))
                .end();
        assertThat(fixture.audits("missed")).isEqualTo(1);
        fixture.advance(LATER);
        fixture.list(31, added("a", 18), added("b", 2));

        assertThat(fixture.changes()).containsExactly("MODIFIED a 18");
        assertThat(fixture.gaps).containsExactly(new Gap("missed", "20", "31", 0, 1, 0));
    }

    @Test
    void aMissedDeleteIsRelistedOnceTheStreamHasReadUpToTheList() {
        auditAfterACut().ok().send(page(30, "", object("a", "uid-of-a", 1))).end();
        call().send(added("c", 29));
        assertThat(fixture.audits("missed")).as("the delete may follow").isZero();
        call().send(bookmark(30));

        assertThat(fixture.audits("missed")).isEqualTo(1);
        fixture.advance(LATER);
        fixture.list(31, added("a", 1), added("c", 29));
        assertThat(fixture.changes()).containsExactly("ADDED c 29", "DELETED b 2 derived");
    }

    @Test
    void whatTheWatchBringsMeanwhileIsConsistent() {
        ScriptedApi.Call audit = auditAfterACut().ok();
        call().send(modified("a", 21), deleted("b", 25));
        audit.send(page(22, "", object("a", "uid-of-a", 21), object("b", "uid-of-b", 2)))
                .end();
        call().send(bookmark(25));

        assertConsistent();
    }

    @Test
    void aListInPagesIsComparedAsAWhole() {
        auditAfterACut().ok().send(page(30, "t", object("a", "uid-of-a", 1))).end();
        assertThat(fixture.audit().url()).contains("continue=t");
        fixture.audit().ok().send(page(30, "", object("b", "uid-of-b", 2))).end();
        call().send(bookmark(30));

        assertConsistent();
    }

    @Test
    void aFailedAuditIsRetriedAFewTimes() {
        auditAfterACut();
        for (int attempt = 1; attempt < 5; attempt++) {
            fixture.audit().refuse(403, "no");
            fixture.advance(Duration.ofSeconds(30));
            call().send(bookmark(20 + attempt));
            fixture.advance(Duration.ofSeconds(30));
            call().send(bookmark(20 + attempt));
            assertThat(fixture.api.metadataCalls()).isEqualTo(attempt + 1);
        }
        fixture.audit().refuse(403, "no");

        assertThat(fixture.audits("failed")).isEqualTo(1);
        assertThat(fixture.stream.isOpen()).isTrue();
        assertThat(fixture.isListPermitAvailable()).isTrue();
    }

    @Test
    void aSecondInterruptionIsAuditedByOneObjectFirst() {
        auditAfterACut()
                .ok()
                .send(page(20, "", object("a", "uid-of-a", 1), object("b", "uid-of-b", 2)))
                .end();
        assertConsistent();
        call().cut();
        fixture.advance(SOON);
        call().ok();
        fixture.advance(SOON);
        assertThat(fixture.audit().url()).contains("?limit=1&");
        fixture.audit().ok().send(page(20, "t", object("a", "uid-of-a", 1))).end();
        for (int i = 0; i < 6; i++) {
            fixture.advance(Duration.ofSeconds(30));
            call().send(bookmark(20));
        }

        assertThat(fixture.audit().url()).as("after 3 minutes").contains("?limit=2&");
    }

    @Test
    void anUnreachedVersionIsAuditedAtOnce() {
        fixture.watching(10).send(bookmark(20)).cut();
        fixture.advance(SOON);
        call().refuse(504, "Too large resource version: 20, current: 3");
        fixture.advance(SOON);
        fixture.audit().ok().send(page(3, "")).end();

        assertThat(fixture.audits("reset")).isEqualTo(1);
    }

    @Test
    void aLostPositionEndsTheAudit() {
        ScriptedApi.Call audit = auditAfterACut().ok();
        call().send(error(410, "too old"));

        assertThat(audit.isCancelled()).isTrue();
        assertThat(fixture.isListPermitAvailable()).isTrue();
    }

    @Test
    void aStoppedStreamEndsItsAudit() {
        ScriptedApi.Call audit = auditAfterACut().ok();
        fixture.stream.stop();

        assertThat(audit.isCancelled()).isTrue();
        assertThat(fixture.isListPermitAvailable()).isTrue();
        assertThat(fixture.time.pending()).isZero();
    }

    @Test
    void anAuditWaitsForOtherLists() {
        fixture.watching(10).send(bookmark(20)).cut();
        fixture.advance(SOON);
        ListLimiter.Permit held = fixture.lists.permit();
        held.acquire(() -> {});
        boolean[] granted = {false};
        call().ok();
        fixture.advance(SOON);
        fixture.lists.permit().acquire(() -> granted[0] = true);
        held.release();

        assertThat(granted[0]).isTrue();
        assertThat(fixture.api.metadataCalls()).isZero();
    }
}
