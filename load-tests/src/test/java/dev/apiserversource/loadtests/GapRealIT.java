package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterMetrics;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.verify.GroundTruth;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Which events follow when history is lost while the adapter is suspended. */
@ControlPlaneTest
class GapRealIT {

    @Test
    void changesInAGapAreEmittedAsAddsUpdatesAndDeletes(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            ObjectWriter writer = ObjectWriter.ofConfigMaps(plane.client(), truth);
            AdapterProcess adapter = bed.launchReady(bed.configMaps());
            GenericKubernetesResource untouched = writer.create(bed.namespace(), "untouched", "1");
            GenericKubernetesResource changed = writer.create(bed.namespace(), "changed", "1");
            GenericKubernetesResource deleted = writer.create(bed.namespace(), "deleted", "1");
            GenericKubernetesResource recreated = writer.create(bed.namespace(), "recreated", "1");
            bed.sink().await(truth.changes(), TestBed.TIMEOUT);

            adapter.suspend();
            plane.crashApiServer(); // Closes the watch: what follows does not reach the adapter's socket.
            writer.update(writer.update(changed, "2"), "3");
            writer.delete(deleted);
            writer.delete(recreated);
            GenericKubernetesResource successor = writer.create(bed.namespace(), "recreated", "1");
            writer.create(bed.namespace(), "added", "1");
            plane.loseWatchHistory();
            adapter.resume();

            bed.awaitConfigMap("add", "added");
            bed.awaitConfigMap("update", "changed");
            assertDerived(bed.awaitConfigMap("delete", "deleted"), deleted);
            assertDerived(bed.awaitConfigMap("delete", "recreated"), recreated);
            bed.sink().await("add of the successor", event -> isAddOf(event, successor), TestBed.TIMEOUT);
            assertThat(adapter.metrics().sum(AdapterMetrics.RELISTS)).isPositive();
            assertThat(verbs(bed, untouched)).containsExactly("add");
            assertThat(verbs(bed, recreated)).containsExactly("add", "delete", "add");
            assertThat(bed.sink().violations()).isEmpty();
        }
    }

    private static boolean isAddOf(RecordedEvent event, GenericKubernetesResource object) {
        return event.verb().equals("add")
                && event.json()
                        .at("/metadata/uid")
                        .asText()
                        .equals(object.getMetadata().getUid());
    }

    private static List<String> verbs(TestBed bed, GenericKubernetesResource object) {
        return bed.sink().taken().stream()
                .filter(event -> event.subject().equals(LoadKind.CONFIG_MAPS.subject(object)))
                .map(RecordedEvent::verb)
                .toList();
    }

    /** A derived delete carries the metadata known of the object. */
    private static void assertDerived(RecordedEvent delete, GenericKubernetesResource object) {
        assertThat(delete.json().at("/apiVersion").asText()).isEqualTo("v1");
        assertThat(delete.json().at("/kind").asText()).isEqualTo("ConfigMap");
        assertThat(delete.json().at("/metadata/name").asText())
                .isEqualTo(object.getMetadata().getName());
        assertThat(delete.json().at("/metadata/namespace").asText())
                .isEqualTo(object.getMetadata().getNamespace());
        assertThat(delete.json().at("/metadata/uid").asText())
                .isEqualTo(object.getMetadata().getUid());
    }
}
