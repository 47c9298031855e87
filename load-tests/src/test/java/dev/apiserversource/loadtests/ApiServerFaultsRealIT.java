package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.Behaviour;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.SteadyLoad;
import dev.apiserversource.loadtests.truth.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** An API server that goes away, comes back and has forgotten, while changes go on. */
@RealApiServer
class ApiServerFaultsRealIT {

    private static final Patience RECOVERY = Patience.ofSeconds(90);
    private static final int BYTES = 100;

    /** Runs while changes go on. */
    private interface Fault {
        void happen(ControlPlane plane);
    }

    @Test
    void aRestartUnderLoadLosesNoFinalState(ControlPlane plane) {
        survives(plane, ControlPlane::restartApiServer);
    }

    @Test
    void aCrashOfFiveSecondsUnderLoadLosesNoFinalState(ControlPlane plane) {
        survives(plane, faulty -> {
            faulty.killApiServer();
            new Patience(Duration.ofSeconds(5)).holdsWithin(() -> false);
            faulty.startApiServer();
        });
    }

    @Test
    void lostHistoryUnderLoadLosesNoFinalState(ControlPlane plane) {
        survives(plane, ControlPlane::forgetHistory);
    }

    private static void survives(ControlPlane plane, Fault fault) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = rig.launchReady(rig.configMaps());
            try (SteadyLoad load = new SteadyLoad(new ConfigMapWriter(plane.client(), truth), rig.namespace(), BYTES)) {
                rig.sink().await(truth.changes(), Rig.PATIENCE);
                load.start();
                fault.happen(plane);
                adapter.awaitReady(RECOVERY);
                load.stop();
            }
            assertThat(truth.finalStates(rig.sink(), RECOVERY)).matches(Verdict::flawless);
            assertThat(rig.sink().breaches()).isEmpty();
        }
    }

    @Test
    void whatHappenedInAGapComesOutAsAddsUpdatesAndDeletes(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), truth);
            AdapterProcess adapter = rig.launchReady(rig.configMaps());
            ConfigMap untouched = writer.create(rig.namespace(), "untouched", "1");
            ConfigMap changing = writer.create(rig.namespace(), "changing", "1");
            ConfigMap vanishing = writer.create(rig.namespace(), "vanishing", "1");
            ConfigMap replaced = writer.create(rig.namespace(), "replaced", "1");
            rig.sink().await(truth.changes(), Rig.PATIENCE);

            openGap(plane, adapter);
            writer.update(writer.update(changing, "2"), "3");
            writer.delete(vanishing);
            writer.delete(replaced);
            ConfigMap replacement = writer.create(rig.namespace(), "replaced", "1");
            writer.create(rig.namespace(), "appearing", "1");
            plane.forgetHistory();
            adapter.resume();

            rig.awaitConfigMap("add", "appearing");
            rig.awaitConfigMap("update", "changing");
            assertIsKnown(rig.awaitConfigMap("delete", "vanishing"), vanishing);
            assertIsKnown(rig.awaitConfigMap("delete", "replaced"), replaced);
            rig.sink()
                    .await(
                            "add of the replacement",
                            event -> event.verb().equals("add")
                                    && event.json()
                                            .at("/metadata/uid")
                                            .asText()
                                            .equals(replacement.getMetadata().getUid()),
                            Rig.PATIENCE);
            assertThat(adapter.metrics().sum(Metric.RELISTS)).isPositive();
            assertThat(rig.sink().taken())
                    .filteredOn(event -> event.subject().equals(ConfigMapWriter.subject(untouched)))
                    .hasSize(1);
            assertThat(rig.sink().taken())
                    .filteredOn(event -> event.subject().equals(ConfigMapWriter.subject(replaced)))
                    .extracting(ReceivedEvent::verb)
                    .containsExactly("add", "delete", "add");
            assertThat(rig.sink().breaches()).isEmpty();
        }
    }

    @Test
    void aGapWhileTheSinkWasAwayComesOutToo(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = rig.launchReady(rig.configMaps());
            try (SteadyLoad load = new SteadyLoad(new ConfigMapWriter(plane.client(), truth), rig.namespace(), BYTES)) {
                rig.sink().await(truth.changes(), Rig.PATIENCE);
                rig.sink().behave(Behaviour.REFUSE);
                load.start();
                Patience.ofSeconds(60).until("more than fits is written", () -> truth.changes() > 5_000);
                load.stop();
                plane.forgetHistory();
                rig.sink().behave(Behaviour.ACCEPT);
            }
            assertThat(truth.finalStates(rig.sink(), RECOVERY)).matches(Verdict::flawless);
            assertThat(rig.sink().breaches()).isEmpty();
            assertThat(adapter.metrics().sum(Metric.RELISTS)).isPositive();
        }
    }

    /** Suspends the adapter and cuts its watch: what is written from now on does not even reach its socket. */
    private static void openGap(ControlPlane plane, AdapterProcess adapter) {
        adapter.suspend();
        plane.restartApiServer();
    }

    /** A delete that nobody watched carries what is known of the object. */
    private static void assertIsKnown(ReceivedEvent delete, ConfigMap object) {
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
