package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ObjectCollectionTest {

    private static final ResourceKind KIND = new ResourceKinds().require("v1", "ConfigMap");
    private static final ObjectKey KEY = new ObjectKey("default", "a");

    private final ObjectCollection collection = new ObjectCollection(3);

    @Test
    void keepsAsManyChangesAsItsHistoryIsLong() {
        write(5);

        assertThat(collection.changeAfter(2)).map(Change::version).contains(3L);
        assertThat(collection.countAfter(0, 10)).isEqualTo(3);
        assertGone(1);
    }

    @Test
    void compactionDropsTheHistory() {
        write(3);
        collection.compact(2);

        assertThat(collection.changeAfter(2)).map(Change::version).contains(3L);
        assertGone(1);
    }

    @Test
    void rebuildsOlderSnapshots() {
        write(3);

        assertThat(collection.at(3).get(KEY)).isEqualTo(state(3));
        assertThat(collection.at(1).get(KEY)).isEqualTo(state(1));
        assertThat(collection.at(0)).isEmpty();
    }

    private void assertGone(long version) {
        assertThatThrownBy(() -> collection.changeAfter(version))
                .isInstanceOfSatisfying(
                        ApiException.class, error -> assertThat(error.code()).isEqualTo(410));
    }

    private void write(int count) {
        for (int version = 1; version <= count; version++) {
            collection.apply(new Change(version, KIND, KEY, version == 1 ? null : state(version - 1), state(version)));
        }
    }

    private static ObjectNode state(long version) {
        return Json.object().put("version", version);
    }
}
