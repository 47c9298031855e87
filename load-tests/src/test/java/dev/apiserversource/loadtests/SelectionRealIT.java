package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.SourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Which changes a source tells of, and which not. */
@RealApiServer
class SelectionRealIT {

    @Test
    void existingObjectsGiveNoEventAtTheVeryFirstStart(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            for (int i = 0; i < 20; i++) {
                create(rig, configMap(rig.namespace(), "old" + i));
            }
            rig.launchReady(rig.configMaps());

            create(rig, configMap(rig.namespace(), "new"));
            assertThatOnlyTheseCame(rig, "new");
        }
    }

    @Test
    void existingObjectsAreKnownWhenTheyChangeOrVanish(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            ConfigMap changing = create(rig, configMap(rig.namespace(), "changing"));
            ConfigMap vanishing = create(rig, configMap(rig.namespace(), "vanishing"));
            rig.launchReady(rig.configMaps());

            changing.setData(Map.of("a", "2"));
            plane.client().resource(changing).update();
            plane.client().resource(vanishing).delete();

            rig.awaitConfigMap("update", "changing");
            rig.awaitConfigMap("delete", "vanishing");
        }
    }

    @Test
    void aSelectorLetsOnlyFittingObjectsThrough(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            rig.launchReady(SourceConfig.ofResources()
                    .in(rig.namespace())
                    .watch("", "v1", "configmaps", "app=web,tier notin (test)"));

            create(rig, labelled(rig, "fits", Map.of("app", "web")));
            create(rig, labelled(rig, "other", Map.of("app", "mail")));
            create(rig, labelled(rig, "excluded", Map.of("app", "web", "tier", "test")));
            create(rig, labelled(rig, "last", Map.of("app", "web")));
            assertThatOnlyTheseCame(rig, "fits", "last");
        }
    }

    @Test
    void anObjectEntersAndLeavesASelectionByItsLabels(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            rig.launchReady(SourceConfig.ofResources().in(rig.namespace()).watch("", "v1", "configmaps", "app=web"));

            ConfigMap object = create(rig, labelled(rig, "mover", Map.of("app", "mail")));
            object.getMetadata().setLabels(Map.of("app", "web"));
            object = plane.client().resource(object).update();
            rig.awaitConfigMap("add", "mover");
            object.getMetadata().setLabels(Map.of("app", "mail"));
            plane.client().resource(object).update();
            rig.awaitConfigMap("delete", "mover");
        }
    }

    @Test
    void anOwnerLetsOnlyWhatItControlsThrough(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            rig.launchReady(rig.configMaps().ownedBy("apps/v1", "Deployment"));

            create(rig, owned(rig, "controlled", "apps/v1", "Deployment", true));
            create(rig, owned(rig, "merely-owned", "apps/v1", "Deployment", false));
            create(rig, owned(rig, "of-another-kind", "apps/v1", "StatefulSet", true));
            create(rig, owned(rig, "of-another-group", "example.com/v1", "Deployment", true));
            create(rig, configMap(rig.namespace(), "free"));
            create(rig, owned(rig, "last", "apps/v1", "Deployment", true));
            assertThatOnlyTheseCame(rig, "controlled", "last");
        }
    }

    @Test
    void twoNamespacesAreWatchedAndNoThird(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            String second = plane.newNamespace("second");
            String third = plane.newNamespace("third");
            rig.account().mayWatchIn(second, "", "configmaps");
            rig.launchReady(rig.configMaps().in(second));

            create(rig, configMap(third, "elsewhere"));
            create(rig, configMap(rig.namespace(), "here"));
            create(rig, configMap(second, "there"));
            create(rig, configMap(rig.namespace(), "last"));
            assertThatOnlyTheseCame(rig, "here", "there", "last");
        }
    }

    @Test
    void allNamespacesIncludeThoseMadeLater(ControlPlane plane) {
        try (Rig rig = new Rig(plane)) {
            rig.account().mayWatch("", "configmaps");
            rig.launchReady(SourceConfig.ofResources().inAllNamespaces().watch("", "v1", "configmaps"));

            String later = plane.newNamespace("later");
            create(rig, configMap(rig.namespace(), "here"));
            create(rig, configMap(later, "there"));
            assertThat(rig.sink().await(2, Rig.PATIENCE))
                    .extracting(event -> event.attribute("namespace"))
                    .containsExactlyInAnyOrder(rig.namespace(), later);
        }
    }

    @Test
    void overridesAreSetLast(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            // Escaped, because how a JVM reads other characters from its environment is up to its locale.
            String overrides = "{\"extensions\":{\"team\":\"blau & gr\\u00fcn 100%\",\"kind\":\"Replaced\"}}";
            rig.launch(rig.configMaps(), launch -> launch.with("K_CE_OVERRIDES", overrides))
                    .awaitReady(Rig.PATIENCE);

            create(rig, configMap(rig.namespace(), "any"));
            ReceivedEvent event = rig.awaitConfigMap("add", "any");
            assertThat(event.attributes())
                    .containsEntry("team", "blau & grün 100%")
                    .containsEntry("kind", "Replaced");
            assertThat(event.headers().get("ce-team")).matches("\\p{ASCII}*").contains("%25");
        }
    }

    /** The last name is of the change written last: when it is here, the others would be. */
    private static void assertThatOnlyTheseCame(Rig rig, String... names) {
        rig.sink().await(names.length, Rig.PATIENCE);
        assertThat(rig.sink().taken())
                .extracting(event -> event.attribute("name"))
                .containsExactlyInAnyOrder(names);
        assertThat(rig.sink().breaches()).isEmpty();
    }

    private static ConfigMap create(Rig rig, ConfigMap configMap) {
        return rig.client().resource(configMap).create();
    }

    private static ConfigMap configMap(String namespace, String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build();
    }

    private static ConfigMap labelled(Rig rig, String name, Map<String, String> labels) {
        ConfigMap configMap = configMap(rig.namespace(), name);
        configMap.getMetadata().setLabels(labels);
        return configMap;
    }

    private static ConfigMap owned(Rig rig, String name, String apiVersion, String kind, boolean controller) {
        ConfigMap configMap = configMap(rig.namespace(), name);
        configMap
                .getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion(apiVersion)
                        .withKind(kind)
                        .withName("owner")
                        .withUid("00000000-0000-0000-0000-000000000001")
                        .withController(controller)
                        .build()));
        return configMap;
    }
}
