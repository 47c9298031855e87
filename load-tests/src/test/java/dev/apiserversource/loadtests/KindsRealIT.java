package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** One adapter in each mode watches every {@link SampleKind}: attributes and data of its events, one by one. */
@ControlPlaneTest
class KindsRealIT {

    private static TestBed resources;
    private static TestBed references;

    @BeforeAll
    static void startAdapters(ControlPlane plane) {
        resources = new TestBed(plane);
        references = new TestBed(plane);
        launch(resources, AdapterSourceConfig.ofResources());
        launch(references, AdapterSourceConfig.ofReferences());
    }

    private static void launch(TestBed bed, AdapterSourceConfig config) {
        AdapterSourceConfig all = config.in(bed.namespace());
        for (SampleKind kind : SampleKind.values()) {
            kind.grantWatch(bed.account(), bed.namespace());
            all = kind.addTo(all);
        }
        bed.launchReady(all);
    }

    @AfterAll
    static void killAdapters() {
        resources.close();
        references.close();
    }

    @ParameterizedTest
    @EnumSource(SampleKind.class)
    void resourceModeHasDocumentedAttributes(SampleKind kind) {
        createChangeAndDelete(resources, kind, "attributes");

        for (String verb : List.of("add", "update", "delete")) {
            RecordedEvent event = resources.awaitEvent(verb, kind.subject(resources.namespace(), "attributes"));
            assertAttributes(event, "dev.knative.apiserver.resource." + verb, kind, resources, "attributes");
        }
    }

    @ParameterizedTest
    @EnumSource(SampleKind.class)
    void referenceModeHasDocumentedAttributesAndData(SampleKind kind) {
        createChangeAndDelete(references, kind, "reference");

        String namespace = kind.namespaced() ? "\"namespace\":\"" + references.namespace() + "\"," : "";
        String data = "{\"kind\":\"" + kind.kind() + "\"," + namespace + "\"name\":\"reference\",\"apiVersion\":\""
                + kind.apiVersion() + "\"}";
        for (String verb : List.of("add", "update", "delete")) {
            RecordedEvent event = references.awaitEvent(verb, kind.subject(references.namespace(), "reference"));
            assertAttributes(event, "dev.knative.apiserver.ref." + verb, kind, references, "reference");
            assertThat(event.data().toString()).isEqualTo(data);
        }
    }

    @ParameterizedTest
    @EnumSource(SampleKind.class)
    void resourceModeDataIsTheBytesOfTheWatch(SampleKind kind) {
        try (RawWatch watch = new RawWatch(resources.client(), kind.path(resources.namespace()))) {
            createChangeAndDelete(resources, kind, "bytes");
            resources.awaitEvent("delete", kind.subject(resources.namespace(), "bytes"));

            List<Buffer> received = resources.sink().taken().stream()
                    .filter(event -> event.subject().equals(kind.subject(resources.namespace(), "bytes")))
                    .map(RecordedEvent::data)
                    .toList();
            TestBed.await("the raw watch has all frames")
                    .until(() -> watch.objectsNamed("bytes").size() >= received.size());
            assertThat(received).isEqualTo(watch.objectsNamed("bytes"));
        }
    }

    private static void assertAttributes(RecordedEvent event, String type, SampleKind kind, TestBed bed, String name) {
        Map<String, String> expected = new TreeMap<>();
        expected.put("specversion", "1.0");
        expected.put("type", type);
        expected.put("source", bed.plane().url().toString());
        expected.put("subject", kind.subject(bed.namespace(), name));
        expected.put("datacontenttype", "application/json");
        expected.put("apiversion", kind.apiVersion());
        expected.put("kind", kind.kind());
        expected.put("name", name);
        if (kind.namespaced()) {
            expected.put("namespace", bed.namespace());
        }
        Map<String, String> actual = new TreeMap<>(event.attributes());
        assertThat(actual.remove("id")).isNotBlank();
        assertThat(OffsetDateTime.parse(actual.remove("time")).toInstant())
                .isBetween(Instant.now().minus(Duration.ofMinutes(10)), Instant.now());
        assertThat(actual.remove("resourceversion")).matches("[0-9]+");
        assertThat(actual).isEqualTo(expected);
        assertThat(event.headers()).containsEntry("kn-namespace", AdapterLaunch.NAMESPACE);
    }

    /** Creates, changes and deletes an object, and waits until it is gone. */
    private static void createChangeAndDelete(TestBed bed, SampleKind kind, String name) {
        KubernetesClient client = bed.client();
        GenericKubernetesResource created =
                client.resource(kind.object(bed.namespace(), name)).create();
        HasMetadata changed = client.resource(created).edit(KindsRealIT::labelled);
        client.resource(changed).delete();
        if (kind == SampleKind.NAMESPACE) {
            finalizeNamespace(client, name);
        }
        TestBed.await(name + " is gone").until(() -> client.resource(created).get() == null);
    }

    private static GenericKubernetesResource labelled(GenericKubernetesResource object) {
        object.getMetadata().setLabels(Map.of("changed", "yes"));
        return object;
    }

    /** Removes the finalizer, as the namespace controller does once a namespace is empty. */
    private static void finalizeNamespace(KubernetesClient client, String name) {
        client.raw(
                "/api/v1/namespaces/" + name + "/finalize",
                "PUT",
                Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name)));
    }
}
