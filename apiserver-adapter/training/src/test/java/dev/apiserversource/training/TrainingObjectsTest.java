package dev.apiserversource.training;

import dev.apiserversource.samples.embedded.store.ObjectStore;
import dev.apiserversource.samples.embedded.store.ResourceKinds;
import dev.apiserversource.samples.embedded.store.StoredChange;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class TrainingObjectsTest {

    private static final int ROUNDS = 100;

    private final ObjectStore store = new ObjectStore(new ResourceKinds(), Clock.systemUTC());
    private final List<StoredChange> changes = new ArrayList<>();
    private final TrainingObjects objects = new TrainingObjects(store);

    @Test
    void createUpdateAndDeleteObjectsOfEachKind() {
        store.onChange(changes::add);
        for (int round = 0; round < ROUNDS; round++) {
            objects.changeSome();
        }

        assertThat(changes).anyMatch(change -> change.before() == null);
        assertThat(changes).anyMatch(change -> change.before() != null && change.after() != null);
        assertThat(changes).anyMatch(change -> change.after() == null);
        assertThat(List.of("Pod", "Event", "Secret"))
                .allSatisfy(kind -> assertThat(store.list("v1", kind)).isNotEmpty());
        assertThat(store.list("apps/v1", "Deployment")).isNotEmpty();
    }

    @Test
    void endEachRoundWithAMarker() {
        String first = objects.changeSome();
        String second = objects.changeSome();

        assertThat(store.find("v1", "ConfigMap", "default", first)).isEmpty();
        assertThat(store.find("v1", "ConfigMap", "default", second)).isPresent();
    }
}
