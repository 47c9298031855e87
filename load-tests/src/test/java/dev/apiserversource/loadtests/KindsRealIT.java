package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.Launch;
import dev.apiserversource.loadtests.adapter.SourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.sink.RecordingSink;
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

/** One adapter in each mode watches every {@link Kind}; section 1 of the wire contract, attribute by attribute. */
@RealApiServer
class KindsRealIT {

    private static Rig resources;
    private static Rig references;

    @BeforeAll
    static void startAdapters(ControlPlane plane) {
        resources = new Rig(plane);
        references = new Rig(plane);
        launch(resources, SourceConfig.ofResources());
        launch(references, SourceConfig.ofReferences());
    }

    private static void launch(Rig rig, SourceConfig config) {
        SourceConfig all = config.in(rig.namespace());
        for (Kind kind : Kind.values()) {
            kind.allow(rig.account(), rig.namespace());
            all = kind.addTo(all);
        }
        rig.launchReady(all);
    }

    @AfterAll
    static void stopAdapters() {
        resources.close();
        references.close();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void wholeObjectsCarryTheContractsAttributes(Kind kind) {
        liveAndDie(resources, kind, "attributes");

        for (String verb : List.of("add", "update", "delete")) {
            ReceivedEvent event = awaitEvent(resources, kind, verb, "attributes");
            assertAttributes(event, "dev.knative.apiserver.resource." + verb, kind, resources, "attributes");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void referencesCarryTheContractsAttributesAndNothingButTheReference(Kind kind) {
        liveAndDie(references, kind, "reference");

        String namespace = kind.namespaced() ? "\"namespace\":\"" + references.namespace() + "\"," : "";
        String data = "{\"kind\":\"" + kind.kind() + "\"," + namespace + "\"name\":\"reference\",\"apiVersion\":\""
                + kind.apiVersion() + "\"}";
        for (String verb : List.of("add", "update", "delete")) {
            ReceivedEvent event = awaitEvent(references, kind, verb, "reference");
            assertAttributes(event, "dev.knative.apiserver.ref." + verb, kind, references, "reference");
            assertThat(event.data().toString()).isEqualTo(data);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void wholeObjectsAreTheBytesOfTheWatch(Kind kind) {
        try (RawWatch watch = new RawWatch(resources.client(), kind.path(resources.namespace()))) {
            liveAndDie(resources, kind, "bytes");
            awaitEvent(resources, kind, "delete", "bytes");

            List<Buffer> came = resources.sink().taken().stream()
                    .filter(event -> event.subject().equals(kind.subject(resources.namespace(), "bytes")))
                    .map(ReceivedEvent::data)
                    .toList();
            Rig.PATIENCE.until(
                    "raw watch has it all", () -> watch.objectsNamed("bytes").size() >= came.size());
            assertThat(came).isEqualTo(watch.objectsNamed("bytes"));
        }
    }

    private static ReceivedEvent awaitEvent(Rig rig, Kind kind, String verb, String name) {
        String subject = kind.subject(rig.namespace(), name);
        RecordingSink sink = rig.sink();
        return sink.await(verb + " of " + subject, event -> Rig.isAbout(event, verb, subject), Rig.PATIENCE);
    }

    private static void assertAttributes(ReceivedEvent event, String type, Kind kind, Rig rig, String name) {
        Map<String, String> expected = new TreeMap<>();
        expected.put("specversion", "1.0");
        expected.put("type", type);
        expected.put("source", rig.plane().url().toString());
        expected.put("subject", kind.subject(rig.namespace(), name));
        expected.put("datacontenttype", "application/json");
        expected.put("apiversion", kind.apiVersion());
        expected.put("kind", kind.kind());
        expected.put("name", name);
        if (kind.namespaced()) {
            expected.put("namespace", rig.namespace());
        }
        Map<String, String> actual = new TreeMap<>(event.attributes());
        assertThat(actual.remove("id")).isNotBlank();
        assertThat(OffsetDateTime.parse(actual.remove("time")).toInstant())
                .isBetween(Instant.now().minus(Duration.ofMinutes(10)), Instant.now());
        assertThat(actual.remove("resourceversion")).matches("[0-9]+");
        assertThat(actual).isEqualTo(expected);
        assertThat(event.headers()).containsEntry("kn-namespace", Launch.NAMESPACE);
    }

    /** Creates, changes and deletes an object, so that it is gone in the end, whatever finalizers its kind brings along. */
    private static void liveAndDie(Rig rig, Kind kind, String name) {
        KubernetesClient client = rig.client();
        GenericKubernetesResource created =
                client.resource(kind.object(rig.namespace(), name)).create();
        HasMetadata changed = client.resource(created).edit(KindsRealIT::labelled);
        client.resource(changed).delete();
        if (kind == Kind.NAMESPACE) {
            finalizeNamespace(client, name);
        }
        Rig.PATIENCE.until(name + " is gone", () -> client.resource(created).get() == null);
    }

    private static GenericKubernetesResource labelled(GenericKubernetesResource object) {
        object.getMetadata().setLabels(Map.of("changed", "yes"));
        return object;
    }

    /** What the namespace controller does once a namespace is empty. */
    private static void finalizeNamespace(KubernetesClient client, String name) {
        client.raw(
                "/api/v1/namespaces/" + name + "/finalize",
                "PUT",
                Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name)));
    }
}
