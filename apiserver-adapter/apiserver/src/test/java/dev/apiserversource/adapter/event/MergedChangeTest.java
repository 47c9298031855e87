package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Change.Kind;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.PreviousState;
import dev.apiserversource.adapter.model.PreviousStateFixture;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Optional;

import static dev.apiserversource.adapter.model.Change.Kind.ADDED;
import static dev.apiserversource.adapter.model.Change.Kind.DELETED;
import static dev.apiserversource.adapter.model.Change.Kind.MODIFIED;
import static org.assertj.core.api.Assertions.assertThat;

class MergedChangeTest {

    private static final byte[] NO_JSON = {};

    @Test
    void anUpdateSupersedesAnUpdate() {
        MergedChange merged = merge(change(MODIFIED, "a", 12), change(MODIFIED, "a", 13), change(MODIFIED, "a", 14));

        assertThat(merged.change()).isEqualTo(change(MODIFIED, "a", 14));
        assertThat(merged.superseded()).isEqualTo(2);
        assertThat(merged.from()).isEqualTo("11");
    }

    @Test
    void anUpdateSupersedesAnAddAsAnAdd() {
        MergedChange merged = merge(change(ADDED, "a", 12), change(MODIFIED, "a", 13), change(MODIFIED, "a", 14));

        assertThat(merged.change().kind()).isEqualTo(ADDED);
        assertThat(merged.change().object().resourceVersion()).isEqualTo("14");
        assertThat(merged.from()).isEmpty();
    }

    @Test
    void aDeleteSupersedesAnUpdate() {
        MergedChange merged = merge(change(MODIFIED, "a", 12), change(DELETED, "a", 13));

        assertThat(merged.change()).isEqualTo(change(DELETED, "a", 13));
        assertThat(merged.wholeLife()).isFalse();
    }

    @Test
    void nothingSupersedesTheDeleteOfAnObjectThatWasSent() {
        MergedChange deleted = merge(change(MODIFIED, "a", 12), change(DELETED, "a", 13));

        assertThat(deleted.supersededBy(change(ADDED, "b", 14), false)).isEmpty();
        assertThat(deleted.supersededBy(change(ADDED, "a", 14), false)).isEmpty();
    }

    @Test
    void theDeleteOfAnUnsentAddIsSent() {
        MergedChange life = merge(change(ADDED, "a", 12), change(MODIFIED, "a", 13), change(DELETED, "a", 14));

        assertThat(life.change()).isEqualTo(change(DELETED, "a", 14));
        assertThat(life.wholeLife()).isTrue();
    }

    @Test
    void aRecreatedObjectSupersedesAWholeLife() {
        MergedChange merged = merge(change(ADDED, "a", 12), change(DELETED, "a", 13), change(ADDED, "b", 14));

        assertThat(merged.change()).isEqualTo(change(ADDED, "b", 14));
        assertThat(merged.superseded()).isEqualTo(2);
        assertThat(merged.wholeLife()).isFalse();
    }

    @Test
    void aRecreatedObjectDoesNotSupersedeALifeThatWasPossiblyDelivered() {
        MergedChange life = merge(change(ADDED, "a", 12), change(DELETED, "a", 13));

        assertThat(life.supersededBy(change(ADDED, "b", 14), true)).isEmpty();
    }

    @Test
    void anObjectWithAnotherUidDoesNotSupersedeAnUpdate() {
        assertThat(MergedChange.of(change(MODIFIED, "a", 12)).supersededBy(change(MODIFIED, "b", 13), false))
                .isEmpty();
    }

    /** The sink has not received the states between. */
    @Test
    void theNewestIsComparedWithTheStateBeforeTheOldest() {
        PreviousState oldest = PreviousStateFixture.of("11", NO_JSON);
        MergedChange merged = merge(
                change(MODIFIED, "a", 12).withPrevious(Optional.of(oldest)),
                change(MODIFIED, "a", 13).withPrevious(Optional.of(PreviousStateFixture.of("12", NO_JSON))),
                change(MODIFIED, "a", 14).withPrevious(Optional.of(PreviousStateFixture.of("13", NO_JSON))));

        assertThat(merged.change().previous()).contains(oldest);
    }

    @Test
    void aGapIncludesTheOneBefore() {
        MergedChange first = merge(change(MODIFIED, "a", 12), change(MODIFIED, "a", 13));
        MergedChange second = merge(change(MODIFIED, "a", 14), change(MODIFIED, "a", 15), change(MODIFIED, "a", 16));

        MergedChange both = second.including(first);

        assertThat(both.from()).isEqualTo("11");
        assertThat(both.superseded()).isEqualTo(3);
        assertThat(both.change()).isEqualTo(change(MODIFIED, "a", 16));
    }

    private static MergedChange merge(Change first, Change... newer) {
        return Arrays.stream(newer)
                .reduce(
                        MergedChange.of(first),
                        (merged, next) -> merged.supersededBy(next, false).orElseThrow(),
                        (a, b) -> b);
    }

    private static Change change(Kind kind, String uid, int version) {
        Optional<ObjectState> before = kind == ADDED
                ? Optional.empty()
                : Optional.of(new ObjectState("ns", "olga", uid, "" + (version - 1), true));
        ObjectMetadata object = new ObjectMetadata(
                "zoo.example/v1", "Ox", "ns", "olga", uid, Integer.toString(version), Optional.empty());
        return new Change(kind, Occurrences.oxen("ns", ""), object, false, before);
    }
}
