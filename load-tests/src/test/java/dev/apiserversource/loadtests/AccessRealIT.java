package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.adapter.SourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;

/** What stands in the way of a watch: rights, kinds that are not there, a wrong environment. */
@RealApiServer
class AccessRealIT {

    private static final String OXEN = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: oxen.farm.example.com}
            spec:
              group: farm.example.com
              scope: Namespaced
              names: {kind: Ox, plural: oxen, singular: ox, listKind: OxList}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    @Test
    void aKindWithAnIrregularPluralIsPickedUpWhenItAppears(ControlPlane plane) {
        try (Rig rig = new Rig(plane)) {
            rig.account().mayWatchIn(rig.namespace(), "farm.example.com", "oxen");
            AdapterProcess adapter =
                    rig.launch(SourceConfig.ofResources().in(rig.namespace()).watch("farm.example.com", "v1", "oxs"));
            adapter.awaitLog("the missing kind is reported", line -> says(line, "oxs"), Rig.PATIENCE);
            assertThat(adapter.ready()).isFalse();
            assertThat(adapter.healthy()).isTrue();

            plane.client().resource(object(OXEN)).create();
            Rig.PATIENCE.until("the kind is served", () -> served(plane.client()));
            // Made before the adapter can have noticed: nothing of a kind that came later is old.
            plane.client().resource(ox(rig, "early")).create();
            adapter.awaitReady(Patience.ofSeconds(60));
            plane.client().resource(ox(rig, "late")).create();

            assertThat(await(rig, "late").attributes())
                    .containsEntry("kind", "Ox")
                    .containsEntry("apiversion", "farm.example.com/v1");
            await(rig, "early");
        }
    }

    @Test
    void missingRightsAreNamedAndHealWhenGranted(ControlPlane plane) {
        try (Rig rig = new Rig(plane)) {
            AdapterProcess adapter = rig.launch(rig.configMaps());
            LogLine line = adapter.awaitLog(
                    "the missing right is named",
                    l -> says(l, "configmaps") && says(l, rig.namespace()) && (says(l, "forbidden") || says(l, "403")),
                    Rig.PATIENCE);
            assertThat(line.text()).containsAnyOf("WARN", "ERROR");
            assertThat(adapter.ready()).isFalse();
            assertThat(adapter.alive()).isTrue();

            rig.account().mayWatchIn(rig.namespace(), "", "configmaps");
            adapter.awaitReady(Patience.ofSeconds(60));
            create(rig, "seen");
            rig.awaitConfigMap("add", "seen");
        }
    }

    @Test
    void rightsForOneResourceDoNotHideThoseMissingForAnother(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = rig.launch(rig.configMaps().watch("", "v1", "secrets"));
            adapter.awaitLog(
                    "the missing right is named",
                    line -> says(line, "secrets") && says(line, "forbidden"),
                    Rig.PATIENCE);
            assertThat(adapter.ready()).isFalse();

            Rig.PATIENCE.until("the other watch works", () -> {
                create(rig, "seen" + System.nanoTime());
                return rig.sink().takenCount() > 0;
            });
        }
    }

    @Test
    void failFastEndsTheProcessWhenAWatchCannotBeOpened(ControlPlane plane) {
        try (Rig rig = new Rig(plane)) {
            AdapterProcess adapter = rig.launch(rig.configMaps().failingFast());

            assertThat(adapter.awaitExit(Rig.PATIENCE)).isPositive();
            assertThat(adapter.log()).anyMatch(line -> says(line, "configmaps") && says(line, "forbidden"));
        }
    }

    @Test
    void everyProblemOfTheEnvironmentIsNamedAtOnce(ControlPlane plane) {
        try (Rig rig = new Rig(plane)) {
            AdapterProcess adapter = rig.launch(rig.configMaps(), launch -> launch.with("K_SINK", "nonsense")
                    .with("K_SOURCE_CONFIG", "{")
                    .with("NAME", ""));

            assertThat(adapter.awaitExit(Rig.PATIENCE)).isEqualTo(1);
            String all =
                    String.join("\n", adapter.log().stream().map(LogLine::text).toList());
            assertThat(all).contains("K_SINK", "K_SOURCE_CONFIG", "NAME");
        }
    }

    private static boolean says(LogLine line, String word) {
        return line.text().toLowerCase(Locale.ROOT).contains(word);
    }

    private static void create(Rig rig, String name) {
        rig.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(rig.namespace())
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static ReceivedEvent await(Rig rig, String ox) {
        String subject = "/apis/farm.example.com/v1/namespaces/" + rig.namespace() + "/oxen/" + ox;
        return rig.sink().await("add of " + subject, event -> Rig.isAbout(event, "add", subject), Rig.PATIENCE);
    }

    private static boolean served(KubernetesClient client) {
        return client.getApiResources("farm.example.com/v1") != null;
    }

    private static GenericKubernetesResource ox(Rig rig, String name) {
        return object("apiVersion: farm.example.com/v1\nkind: Ox\nmetadata: {name: " + name + ", namespace: "
                + rig.namespace() + "}");
    }

    private static GenericKubernetesResource object(String yaml) {
        return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    }
}
