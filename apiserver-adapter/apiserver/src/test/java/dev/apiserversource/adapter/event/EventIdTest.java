package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.WatchTarget;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static dev.apiserversource.adapter.event.Occurrences.GAP;
import static dev.apiserversource.adapter.event.Occurrences.at;
import static dev.apiserversource.adapter.event.Occurrences.derived;
import static dev.apiserversource.adapter.event.Occurrences.nodes;
import static dev.apiserversource.adapter.event.Occurrences.ofOx;
import static dev.apiserversource.adapter.event.Occurrences.oxen;
import static dev.apiserversource.adapter.model.Change.Kind.ADDED;
import static dev.apiserversource.adapter.model.Change.Kind.DELETED;
import static dev.apiserversource.adapter.model.Change.Kind.MODIFIED;
import static org.assertj.core.api.Assertions.assertThat;

class EventIdTest {

    private static final EventId IDS = new EventId("ns", "source");

    private static String id(EventId ids, Change change) {
        return id(ids, MergedChange.of(change));
    }

    private static String id(EventId ids, MergedChange merged) {
        Change change = merged.change();
        return ids.of(merged, EventMode.RESOURCE.type(change.kind()), EventFactory.subject(change));
    }

    private static String id(MergedChange merged) {
        return id(IDS, merged);
    }

    private static String id(Change change) {
        return id(IDS, change);
    }

    /** Consumers store ids, so a new release gives the same occurrence the same id. */
    @Test
    void isTheSameInEveryRelease() {
        assertThat(id(ofOx(MODIFIED))).isEqualTo("be2128db2e826a2152f0d97e30c9bdbd");
        assertThat(id(ofOx(DELETED))).isEqualTo("370e5e76ad08030db8b53c1bb545cc2b");
    }

    @Test
    void eachReplayHasAnIdOfItsOwn() {
        Change add = ofOx(ADDED);
        List<String> ids = List.of(id(add), replayId(add, "r1"), replayId(add, "r2"));

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(replayId(ofOx(ADDED), "r1")).isEqualTo("3a98d1b077ad3c55fb37597c3210dad5");
    }

    private static String replayId(Change add, String replay) {
        return IDS.ofReplay(add, EventMode.RESOURCE.type(ADDED), EventFactory.subject(add), replay);
    }

    @Test
    void theSameOccurrenceHasTheSameIdInAnyProcess() {
        assertThat(id(new EventId("ns", "source"), ofOx(MODIFIED, at("12"), "")))
                .isEqualTo(id(ofOx(MODIFIED)));
    }

    @Test
    void differentOccurrencesHaveDifferentIds() {
        ObjectMetadata reborn =
                new ObjectMetadata("zoo.example/v1", "Ox", "ns", "olga", "another-uid", "12", Optional.empty());
        ObjectMetadata otherVersion =
                new ObjectMetadata("zoo.example/v2", "Ox", "ns", "olga", at("12").uid(), "12", Optional.empty());
        List<String> ids = List.of(
                id(ofOx(MODIFIED)),
                id(ofOx(ADDED)),
                id(ofOx(DELETED)),
                id(ofOx(MODIFIED, at("13"), "")),
                id(ofOx(MODIFIED, at("12"), "a=b")),
                id(ofOx(MODIFIED, at("12"), "a=c")),
                id(ofOx(DELETED, at("12"), "a=b")),
                id(ofOx(DELETED, at("13"), "a=b")),
                id(ofOx(MODIFIED, reborn, "")),
                id(ofOx(DELETED, reborn, "")),
                id(ofOx(MODIFIED, otherVersion, "")),
                id(new EventId("ns", "another"), ofOx(MODIFIED)),
                id(new EventId("another", "source"), ofOx(MODIFIED)),
                IDS.of(
                        MergedChange.of(ofOx(MODIFIED)),
                        EventMode.REFERENCE.type(MODIFIED),
                        EventFactory.subject(ofOx(MODIFIED))));

        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
    }

    /** A later process can send the superseded states after the newest. A sink that drops repeats takes it again. */
    @Test
    void theNewestOfSupersededChangesHasAnIdOfItsOwn() {
        MergedChange update = superseding(ofOx(MODIFIED, at("11"), ""), ofOx(MODIFIED, at("12"), ""));
        MergedChange delete = superseding(ofOx(MODIFIED, at("11"), ""), ofOx(DELETED, at("12"), ""));

        assertThat(List.of(id(update), id(ofOx(MODIFIED, at("12"), "")), id(delete), id(ofOx(DELETED, at("12"), ""))))
                .doesNotHaveDuplicates();
        assertThat(id(update)).isEqualTo("61d378d822b065eeab12050ea406b434");
    }

    private static MergedChange superseding(Change older, Change newer) {
        return MergedChange.of(older).supersededBy(newer, false).orElseThrow();
    }

    @Test
    void aSeenAndADerivedDeletionHaveTheSameId() {
        assertThat(id(derived(ofOx(MODIFIED, at("12"), "")))).isEqualTo(id(ofOx(DELETED, at("15"), "")));
    }

    @Test
    void underASelectorEachDeletionHasItsOwnId() {
        assertThat(id(ofOx(DELETED, at("12"), "a=b"))).isNotEqualTo(id(ofOx(DELETED, at("19"), "a=b")));
    }

    @Test
    void aFieldSelectorIsASelectorToo() {
        Change byFields = withFields(ofOx(DELETED, at("12"), ""));

        assertThat(List.of(
                        id(ofOx(DELETED, at("12"), "")),
                        id(ofOx(DELETED, at("12"), "a=b")),
                        id(byFields),
                        id(withFields(ofOx(DELETED, at("19"), ""))),
                        id(withFields(ofOx(DELETED, at("12"), "a=b")))))
                .doesNotHaveDuplicates();
    }

    private static Change withFields(Change change) {
        WatchTarget target = change.target();
        WatchTarget selective =
                new WatchTarget(target.resource(), target.namespace(), target.selector(), "metadata.name=olga", false);
        return new Change(change.kind(), selective, change.object(), change.derived(), change.before());
    }

    private static String idOf(WatchTarget target, Gap gap) {
        return IDS.of(target, gap, EventFactory.GAP, EventFactory.subject(target));
    }

    @Test
    void aRepeatedGapHasTheSameId() {
        assertThat(idOf(oxen("ns", ""), GAP)).matches("[0-9a-f]{32}").isEqualTo(idOf(oxen("ns", ""), GAP));
    }

    @Test
    void anotherGapHasAnotherId() {
        Gap further = new Gap(GAP.reason(), GAP.from(), "251", 1, 2, 3);
        Gap earlier = new Gap(GAP.reason(), "99", GAP.to(), 1, 2, 3);

        assertThat(List.of(
                        idOf(oxen("ns", ""), GAP),
                        idOf(oxen("ns", "a=b"), GAP),
                        idOf(oxen("other", ""), GAP),
                        idOf(nodes(), GAP),
                        idOf(oxen("ns", ""), further),
                        idOf(oxen("ns", ""), earlier)))
                .doesNotHaveDuplicates();
    }
}
