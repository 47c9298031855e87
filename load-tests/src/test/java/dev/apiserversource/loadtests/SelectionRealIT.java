package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Which changes a source emits. */
@ControlPlaneTest
class SelectionRealIT {

    @Test
    void existingObjectsAreNotEmittedAtFirstStart(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            for (int i = 0; i < 20; i++) {
                create(bed, configMap(bed.namespace(), "old" + i));
            }
            bed.launchReady(bed.configMaps());

            create(bed, configMap(bed.namespace(), "new"));
            assertOnlyEventsOf(bed, "new");
        }
    }

    @Test
    void changesOfExistingObjectsAreEmitted(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            ConfigMap changing = create(bed, configMap(bed.namespace(), "changing"));
            ConfigMap vanishing = create(bed, configMap(bed.namespace(), "vanishing"));
            bed.launchReady(bed.configMaps());

            changing.setData(Map.of("a", "2"));
            plane.client().resource(changing).update();
            plane.client().resource(vanishing).delete();

            bed.awaitConfigMap("update", "changing");
            bed.awaitConfigMap("delete", "vanishing");
        }
    }

    @Test
    void onlyObjectsThatMatchTheSelectorAreEmitted(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            bed.launchReady(AdapterSourceConfig.ofResources()
                    .in(bed.namespace())
                    .watch("", "v1", "configmaps", "app=web,tier notin (test)"));

            create(bed, labelled(bed, "fits", Map.of("app", "web")));
            create(bed, labelled(bed, "other", Map.of("app", "mail")));
            create(bed, labelled(bed, "excluded", Map.of("app", "web", "tier", "test")));
            create(bed, labelled(bed, "last", Map.of("app", "web")));
            assertOnlyEventsOf(bed, "fits", "last");
        }
    }

    @Test
    void changedLabelsAreEmittedAsAddAndDelete(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            bed.launchReady(
                    AdapterSourceConfig.ofResources().in(bed.namespace()).watch("", "v1", "configmaps", "app=web"));

            ConfigMap object = create(bed, labelled(bed, "mover", Map.of("app", "mail")));
            object.getMetadata().setLabels(Map.of("app", "web"));
            object = plane.client().resource(object).update();
            bed.awaitConfigMap("add", "mover");
            object.getMetadata().setLabels(Map.of("app", "mail"));
            plane.client().resource(object).update();
            bed.awaitConfigMap("delete", "mover");
        }
    }

    @Test
    void onlyObjectsControlledByTheOwnerKindAreEmitted(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            bed.launchReady(bed.configMaps().ownedBy("apps/v1", "Deployment"));

            create(bed, owned(bed, "controlled", "apps/v1", "Deployment", true));
            create(bed, owned(bed, "merely-owned", "apps/v1", "Deployment", false));
            create(bed, owned(bed, "of-another-kind", "apps/v1", "StatefulSet", true));
            create(bed, owned(bed, "of-another-group", "example.com/v1", "Deployment", true));
            create(bed, configMap(bed.namespace(), "free"));
            create(bed, owned(bed, "last", "apps/v1", "Deployment", true));
            assertOnlyEventsOf(bed, "controlled", "last");
        }
    }

    @Test
    void onlyListedNamespacesAreWatched(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            String second = plane.createNamespace("second");
            String third = plane.createNamespace("third");
            bed.account().grantWatchIn(second, "", "configmaps");
            bed.launchReady(bed.configMaps().in(second));

            create(bed, configMap(third, "elsewhere"));
            create(bed, configMap(bed.namespace(), "here"));
            create(bed, configMap(second, "there"));
            create(bed, configMap(bed.namespace(), "last"));
            assertOnlyEventsOf(bed, "here", "there", "last");
        }
    }

    @Test
    void allNamespacesIncludeLaterOnes(ControlPlane plane) {
        try (TestBed bed = new TestBed(plane)) {
            bed.account().grantWatch("", "configmaps");
            bed.launchReady(AdapterSourceConfig.ofResources().inAllNamespaces().watch("", "v1", "configmaps"));

            String later = plane.createNamespace("later");
            create(bed, configMap(bed.namespace(), "here"));
            create(bed, configMap(later, "there"));
            assertThat(bed.sink().await(2, TestBed.TIMEOUT))
                    .extracting(event -> event.attribute("namespace"))
                    .containsExactlyInAnyOrder(bed.namespace(), later);
        }
    }

    @Test
    void overridesReplaceAttributes(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            // Escaped, because a JVM decodes its environment by its locale.
            String overrides = "{\"extensions\":{\"team\":\"blau & gr\\u00fcn 100%\",\"kind\":\"Replaced\"}}";
            bed.launch(bed.configMaps(), launch -> launch.with("K_CE_OVERRIDES", overrides))
                    .awaitReady(TestBed.TIMEOUT);

            create(bed, configMap(bed.namespace(), "any"));
            RecordedEvent event = bed.awaitConfigMap("add", "any");
            assertThat(event.attributes())
                    .containsEntry("team", "blau & grün 100%")
                    .containsEntry("kind", "Replaced");
            assertThat(event.headers().get("ce-team")).matches("\\p{ASCII}*").contains("%25");
        }
    }

    /** The last name is of the last change: once its event is there, no other is missing. */
    private static void assertOnlyEventsOf(TestBed bed, String... names) {
        bed.sink().await(names.length, TestBed.TIMEOUT);
        assertThat(bed.sink().taken())
                .extracting(event -> event.attribute("name"))
                .containsExactlyInAnyOrder(names);
        assertThat(bed.sink().violations()).isEmpty();
    }

    private static ConfigMap create(TestBed bed, ConfigMap configMap) {
        return bed.client().resource(configMap).create();
    }

    private static ConfigMap configMap(String namespace, String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build();
    }

    private static ConfigMap labelled(TestBed bed, String name, Map<String, String> labels) {
        ConfigMap configMap = configMap(bed.namespace(), name);
        configMap.getMetadata().setLabels(labels);
        return configMap;
    }

    private static ConfigMap owned(TestBed bed, String name, String apiVersion, String kind, boolean controller) {
        ConfigMap configMap = configMap(bed.namespace(), name);
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
