package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class IndexAuditTest {

    private final StreamState state = new StreamState(
            "id",
            Optional.empty(),
            new StreamState.Shared(new DirtyObjects(), Instant::now, new KeyHash(0)),
            object -> false,
            FirstList.FIRST_START);

    private static ObjectMetadata object(String name, String uid, int version) {
        return new ObjectMetadata("v1", "Pod", "ns", name, uid, "" + version, Optional.empty());
    }

    private void index(String name, String uid, int version) {
        state.put(ObjectState.of(object(name, uid, version), true));
    }

    /** The index holds a at 11 and b at 12, and the stream is at 20. */
    private IndexAudit audit() {
        index("a", "a1", 11);
        index("b", "b1", 12);
        state.listedUpTo("20");
        return state.beginAudit();
    }

    private static void list(IndexAudit audit, ObjectMetadata... objects) {
        for (ObjectMetadata object : objects) {
            audit.listed(object);
        }
        audit.endList();
    }

    @Test
    void equalStatesAreConsistent() {
        IndexAudit audit = audit();
        list(audit, object("a", "a1", 11), object("b", "b1", 12));

        assertThat(audit.hasMissedState()).isFalse();
        assertThat(audit.hasMissedDelete()).isFalse();
    }

    @Test
    void findsAMissedUpdate() {
        IndexAudit audit = audit();
        list(audit, object("a", "a1", 19), object("b", "b1", 12));

        assertThat(audit.hasMissedState()).isTrue();
    }

    @Test
    void findsAMissedCreate() {
        IndexAudit audit = audit();
        list(audit, object("a", "a1", 11), object("b", "b1", 12), object("c", "c1", 20));

        assertThat(audit.hasMissedState()).isTrue();
    }

    @Test
    void findsAnObjectThatWasRecreated() {
        IndexAudit audit = audit();
        list(audit, object("a", "a2", 11), object("b", "b1", 12));

        assertThat(audit.hasMissedState()).isTrue();
    }

    @Test
    void findsAMissedDelete() {
        IndexAudit audit = audit();
        list(audit, object("a", "a1", 11));

        assertThat(audit.hasMissedDelete()).isTrue();
    }

    @Test
    void whatTheWatchBringsIsNotMissed() {
        IndexAudit audit = audit();
        list(audit, object("a", "a1", 21), object("b", "b1", 12), object("c", "c1", 22));

        assertThat(audit.hasMissedState()).isFalse();
        assertThat(audit.hasMissedDelete()).isFalse();
    }

    @Test
    void aChangeThatWasWatchedMeanwhileIsNotMissed() {
        IndexAudit audit = audit();
        index("a", "a1", 30);
        index("c", "c1", 31);
        list(audit, object("a", "a1", 11), object("b", "b1", 12));

        assertThat(audit.hasMissedState()).isFalse();
        assertThat(audit.hasMissedDelete()).isFalse();
    }

    @Test
    void aDeleteThatWasWatchedBeforeItsObjectIsListedIsNotMissed() {
        IndexAudit audit = audit();
        state.remove("ns", "a");
        list(audit, object("a", "a1", 11), object("b", "b1", 12));

        assertThat(audit.hasMissedState()).isFalse();
    }

    @Test
    void aDeleteThatIsWatchedAfterTheListIsNotMissed() {
        IndexAudit audit = audit();
        list(audit, object("a", "a1", 11));
        assertThat(audit.hasMissedDelete())
                .as("the stream has not read up to the list")
                .isTrue();
        state.remove("ns", "b");

        assertThat(audit.hasMissedDelete()).isFalse();
    }

    @Test
    void anObjectThatIsRecreatedAfterTheListIsNotMissed() {
        IndexAudit audit = audit();
        list(audit, object("a", "a1", 11));
        state.remove("ns", "b");
        index("b", "b2", 40);

        assertThat(audit.hasMissedDelete()).isFalse();
    }

    /** After a restart the index holds settled states that are newer than the low-water mark. */
    @Test
    void aStateAheadOfThePositionIsNotMissed() {
        index("a", "a1", 30);
        state.readUpTo("20");
        IndexAudit audit = state.beginAudit();
        list(audit, object("a", "a1", 30));

        assertThat(audit.hasMissedState()).isFalse();
    }

    /** A part of the stored index is missing: what it held was read and settled. */
    @Test
    void anObjectThatAnIncompleteIndexLacksIsNotMissed() {
        index("a", "a1", 11);
        state.readUpTo("20");
        state.markIndexIncomplete();
        IndexAudit audit = state.beginAudit();
        list(audit, object("a", "a1", 11), object("b", "b1", 12));

        assertThat(audit.hasMissedState()).isFalse();
    }

    @Test
    void isInconclusiveAfterTooManyDeletes() {
        IndexAudit audit = audit();
        for (int i = 0; i < 10_001; i++) {
            state.remove("ns", "o" + i);
        }

        assertThat(audit.isConclusive()).isFalse();
    }
}
