package dev.apiserversource.loadtests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

/** Sources that leave something out lose nothing of the rest. */
@ControlPlaneTest
class FilterRealIT {

    private static final String CHECKPOINT = "kept";

    private static final String FILTERS = """
            [{"any":[{"suffix":{"type":".add"}},{"suffix":{"type":".update"}}]},
             {"not":{"prefix":{"name":"noise"}}},
             {"cesql":"kind = 'ConfigMap' AND name LIKE 'signal-%'"}]""";

    private static AdapterProcess launch(TestBed bed, AdapterSourceConfig config) {
        return bed.launch(config, launch -> launch.with("NAMESPACE", bed.namespace())
                        .with("CHECKPOINT_NAME", CHECKPOINT))
                .awaitReady(TestBed.TIMEOUT);
    }

    private static TestBed bedWithCheckpoint(ControlPlane plane) {
        TestBed bed = TestBed.forConfigMaps(plane);
        bed.account().grantCheckpointIn(bed.namespace(), CHECKPOINT);
        return bed;
    }

    @Test
    void aFilteredSourceThatIsKilledLosesNothing(ControlPlane plane) {
        try (TestBed bed = bedWithCheckpoint(plane)) {
            AdapterSourceConfig config = bed.configMaps().with("filters", FILTERS);
            AdapterProcess adapter = launch(bed, config);
            List<String> versions = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 10; i++) {
                    ConfigMap signal = create(bed, "signal-" + round + "-" + i);
                    ConfigMap noise = create(bed, "noise-" + round + "-" + i);
                    update(bed, noise, "b", Map.of());
                    versions.add(version(signal));
                    versions.add(version(update(bed, signal, "b", Map.of())));
                    delete(bed, noise);
                    if (i % 2 == 0) {
                        delete(bed, signal);
                    }
                    if (i == 5) {
                        adapter.kill();
                        adapter = launch(bed, config);
                    }
                }
            }
            bed.awaitConfigMap("update", "signal-2-9");

            TestBed.await("every change that passes")
                    .untilAsserted(() -> assertThat(receivedVersions(bed)).containsAll(versions));
            assertThat(receivedVersions(bed)).hasSameElementsAs(versions);
            assertThat(bed.sink().violations()).isEmpty();
            assertThat(adapter.metrics().sum("apiserversource_changes_left_out_total", "by=\"filters\""))
                    .isPositive();
        }
    }

    @Test
    void changesOfTheSpecAreToldAfterHistoryIsLost(ControlPlane plane) {
        try (TestBed bed = bedWithCheckpoint(plane)) {
            AdapterSourceConfig config = bed.configMaps().withEachResource("changes", "\"Spec\"");
            ConfigMap changed = create(bed, "changed");
            ConfigMap labelled = create(bed, "labelled");
            AdapterProcess adapter = launch(bed, config);
            labelled = update(bed, labelled, "a", Map.of("l", "1"));
            changed = update(bed, changed, "b", Map.of());
            assertThat(bed.awaitConfigMap("update", "changed")
                            .json()
                            .at("/data/value")
                            .asText())
                    .isEqualTo("b");
            assertThat(names(bed)).as("labels are not part of the spec").containsExactly("changed");

            adapter.kill();
            changed = update(bed, changed, "a", Map.of("l", "2"));
            String last = version(changed);
            plane.crashApiServer();
            plane.loseWatchHistory();
            launch(bed, config);
            bed.sink().await("the last state", event -> last.equals(event.resourceVersion()), TestBed.RECOVERY);

            ConfigMap known = update(bed, update(bed, labelled, "a", Map.of("l", "3")), "c", Map.of("l", "3"));
            String afterwards = version(known);
            bed.sink().await("the next change", event -> afterwards.equals(event.resourceVersion()), TestBed.TIMEOUT);
            assertThat(bed.sink().violations()).isEmpty();
        }
    }

    @Test
    void aChangedFieldSelectorIsCompared(ControlPlane plane) {
        try (TestBed bed = bedWithCheckpoint(plane)) {
            create(bed, "entering");
            create(bed, "leaving");
            create(bed, "kept");
            ConfigMap changed = create(bed, "changed");
            AdapterProcess adapter =
                    launch(bed, bed.configMaps().withEachResource("fieldSelector", "\"metadata.name!=entering\""));
            adapter.terminate();
            assertThat(adapter.awaitExit(TestBed.TIMEOUT)).isZero();
            assertThat(bed.sink().taken()).isEmpty();

            update(bed, changed, "b", Map.of());
            adapter = launch(bed, bed.configMaps().withEachResource("fieldSelector", "\"metadata.name!=leaving\""));

            bed.awaitConfigMap("add", "entering");
            bed.awaitConfigMap("update", "changed");
            assertThat(bed.awaitConfigMap("delete", "leaving").isDerivedDelete())
                    .isTrue();
            LogLine gap = adapter.awaitLog("the gap", line -> line.says(LogLine.GAP_CLOSED), TestBed.TIMEOUT);
            assertThat(gap.field("reason")).isEqualTo("selector_changed");
            create(bed, "later");
            bed.awaitConfigMap("add", "later");
            assertThat(names(bed)).containsExactlyInAnyOrder("entering", "changed", "leaving", "later");
        }
    }

    @Test
    void updatesHaveTheStateBeforeAlsoAfterARestart(ControlPlane plane) {
        try (TestBed bed = bedWithCheckpoint(plane)) {
            AdapterSourceConfig config = bed.configMaps().withEachResource("previous", "\"Patch\"");
            ConfigMap first = create(bed, "changed");
            AdapterProcess adapter = launch(bed, config);
            ConfigMap second = update(bed, first, "b", Map.of("l", "1"));
            JsonNode update = awaitVersion(bed, second);
            assertThat(update.at("/object/data/value").asText()).isEqualTo("b");
            assertThat(update.at("/previous/resourceVersion").asText()).isEqualTo(version(first));
            assertThat(update.at("/previous/patch/metadata/labels/l").asText()).isEqualTo("1");
            assertThat(update.at("/previous/reversePatch/data/value").asText()).isEqualTo("a");
            assertThat(update.at("/previous/reversePatch/metadata").has("labels"))
                    .isTrue();

            adapter.kill();
            AdapterProcess next = launch(bed, config);
            TestBed.await("the audit, which lists the object")
                    .untilAsserted(() -> assertThat(next.metrics().sum("apiserversource_previous_states"))
                            .isEqualTo(1));
            JsonNode later = awaitVersion(bed, update(bed, second, "c", Map.of("l", "1")));
            assertThat(later.at("/previous/resourceVersion").asText()).isEqualTo(version(second));
            assertThat(later.at("/previous/reversePatch/data/value").asText()).isEqualTo("b");
        }
    }

    private static JsonNode awaitVersion(TestBed bed, ConfigMap configMap) {
        String version = version(configMap);
        return bed.sink()
                .await("version " + version, event -> version.equals(event.resourceVersion()), TestBed.TIMEOUT)
                .json();
    }

    /** A Role with a name grants lists and watches that select this name, and no others. */
    @Test
    void aFieldSelectorIsInEveryRequest(ControlPlane plane) {
        try (TestBed bed = new TestBed(plane)) {
            bed.account().grantCheckpointIn(bed.namespace(), CHECKPOINT);
            bed.account().grantWatchOf("one", bed.namespace(), "", "configmaps");
            AdapterSourceConfig one = bed.configMaps().withEachResource("fieldSelector", "\"metadata.name=one\"");
            AdapterProcess adapter = launch(bed, one);
            create(bed, "other");
            create(bed, "one");
            bed.awaitConfigMap("add", "one");
            adapter.kill();
            AdapterProcess next = launch(bed, one);

            // An audit is over when the stream has read up to its list.
            TestBed.await("the audit of the resumed stream")
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> {
                        update(bed, configMap(bed, "one", "a", Map.of()), "b", Map.of("t", "" + System.nanoTime()));
                        assertThat(next.metrics().sum("apiserversource_audits_total", "result=\"consistent\""))
                                .isPositive();
                    });
            assertThat(names(bed)).containsOnly("one");
        }
    }

    @Test
    void valuesOfSecretsAndManagedFieldsStayHome(ControlPlane plane) {
        try (TestBed bed = new TestBed(plane)) {
            bed.account().grantWatchIn(bed.namespace(), "", "secrets");
            bed.launchReady(AdapterSourceConfig.ofResources()
                    .in(bed.namespace())
                    .watch("", "v1", "secrets")
                    .with("managedFields", "\"Omit\""));
            var secret = plane.client()
                    .resource(new SecretBuilder()
                            .withNewMetadata()
                            .withNamespace(bed.namespace())
                            .withName("s")
                            .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "{\"p\":\"hunter2\"}")
                            .endMetadata()
                            .addToStringData("p", "hunter2")
                            .withType("Opaque")
                            .build())
                    .create();

            RecordedEvent event = bed.awaitEvent("add", "/apis/v1/namespaces/" + bed.namespace() + "/secrets/s");
            assertThat(event.data().toString(StandardCharsets.UTF_8))
                    .doesNotContain("hunter2")
                    .doesNotContain("aHVudGVyMg==")
                    .doesNotContain("managedFields");
            JsonNode json = event.json();
            assertThat(json.at("/data/p").asText()).isEqualTo("cmVkYWN0ZWQ=");
            assertThat(json.at("/type").asText()).isEqualTo("Opaque");
            assertThat(json.at("/metadata/uid").asText())
                    .isEqualTo(secret.getMetadata().getUid());
            assertThat(secret.getMetadata().getManagedFields()).isNotEmpty();
        }
    }

    private static List<String> receivedVersions(TestBed bed) {
        return bed.sink().taken().stream()
                .map(event -> Objects.requireNonNull(event.resourceVersion()))
                .distinct()
                .toList();
    }

    private static List<String> names(TestBed bed) {
        return bed.sink().taken().stream().map(event -> event.attribute("name")).toList();
    }

    private static String version(ConfigMap object) {
        return object.getMetadata().getResourceVersion();
    }

    private static ConfigMap create(TestBed bed, String name) {
        return bed.client().resource(configMap(bed, name, "a", Map.of())).create();
    }

    private static ConfigMap update(TestBed bed, ConfigMap object, String value, Map<String, String> labels) {
        return bed.client()
                .resource(configMap(bed, object.getMetadata().getName(), value, labels))
                .update();
    }

    private static void delete(TestBed bed, ConfigMap object) {
        bed.client().resource(object).delete();
    }

    private static ConfigMap configMap(TestBed bed, String name, String value, Map<String, String> labels) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(bed.namespace())
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .addToData("value", value)
                .build();
    }
}
