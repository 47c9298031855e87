package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import dev.apiserversource.controller.api.SourceResource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Objects that were stored while the CRD checked nothing, as an older CRD or Knative's may have. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class MalformedObjectsRealIT {

    private static final String V1 = "crd-apiserversource.yaml";
    private static final String LEGACY = "legacy/crd-apiserversource.yaml";
    private static final JSONSchemaProps ANYTHING = new JSONSchemaPropsBuilder()
            .withType("object")
            .withXKubernetesPreserveUnknownFields(true)
            .build();

    /** Each does not fit the Java types, or lacks what every source needs. */
    private static final List<String> UNREADABLE = List.of(
            "text",
            "1",
            "true",
            "[]",
            "[{}]",
            "{}",
            "{resources: []}",
            "{resources: null}",
            "{resources: text}",
            "{resources: {a: b}}",
            "{resources: [null]}",
            "{resources: [text]}",
            "{resources: [[]]}",
            "{resources: [{}]}",
            "{resources: [{apiVersion: v1}]}",
            "{resources: [{kind: Event}]}",
            "{resources: [{apiVersion: null, kind: null}]}",
            "{resources: [{apiVersion: {}, kind: Event}]}",
            "{resources: [{apiVersion: '', kind: ''}]}",
            "{resources: [{apiVersion: v1, kind: [Event]}]}");

    /** Each is added to a spec that is well otherwise. */
    private static final List<String> BAD_FIELDS = List.of(
            "mode: Foo",
            "mode: 1",
            "mode: {}",
            "mode: []",
            "mode: resource",
            "owner: text",
            "owner: [a]",
            "owner: {kind: {}}",
            "serviceAccountName: {}",
            "serviceAccountName: [a]",
            "ceOverrides: text",
            "ceOverrides: {extensions: text}",
            "ceOverrides: {extensions: {a: null}}",
            "ceOverrides: {extensions: {a: {}}}",
            "ceOverrides: {extensions: [a]}",
            "sink: text",
            "sink: 1",
            "sink: [a]");

    private static final List<String> BAD_V1_FIELDS = List.of(
            "sink: {ref: text}",
            "sink: {ref: {}}",
            "sink: {ref: {kind: Service}}",
            "sink: {uri: {}}",
            "namespaceSelector: text",
            "namespaceSelector: {matchLabels: text}",
            "namespaceSelector: {matchLabels: {a: null}}",
            "namespaceSelector: {matchExpressions: [null]}",
            "namespaceSelector: {matchExpressions: [{key: a, operator: Foo}]}",
            "namespaceSelector: {matchExpressions: [{operator: In}]}",
            "filters: text",
            "delivery: text",
            "delivery: {retry: often}",
            "gaps: Foo",
            "initialState: 1",
            "replicas: many");

    private static final List<String> BAD_LEGACY_FIELDS = List.of(
            "sink: {ref: text}",
            "sink: {ref: {}}",
            "sink: {ref: {kind: Service}}",
            "sink: {apiVersion: {}}",
            "resources: [{apiVersion: v1, kind: Event, labelSelector: text}]",
            "resources: [{apiVersion: v1, kind: Event, labelSelector: {matchLabels: text}}]",
            "resources: [{apiVersion: v1, kind: Event, labelSelector: {matchExpressions: [{key: a, operator: Foo}]}}]",
            "resources: [{apiVersion: v1, kind: Event, controller: text}]",
            "resources: [{apiVersion: 'not a version', kind: Event}]",
            "resources: [{apiVersion: v1, kind: 'not a kind'}]",
            "serviceAccountName: 'not a name'",
            "mode: RESOURCE",
            "ceOverrides: 1",
            "owner: 1");

    private final Installed cluster;
    private final KubernetesClient admin;
    private String namespace;

    MalformedObjectsRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void acceptAnything() {
        namespace = cluster.plane().createNamespace("malformed");
        Stream.of(V1, LEGACY).map(this::crd).forEach(crd -> {
            crd.getSpec().getVersions().forEach(version -> version.getSchema().setOpenAPIV3Schema(ANYTHING));
            admin.resource(crd).forceConflicts().serverSideApply();
        });
        // A CRD's new schema is served a moment later.
        RealCluster.await("the lax schema", () -> isAccepted("sources.knative.dev/v1"));
        RealCluster.await("the lax legacy schema", () -> isAccepted("sources.eventing.knative.dev/v1alpha1"));
    }

    @AfterEach
    void restore() {
        admin.resources(LegacyApiServerSource.class).inNamespace(namespace).delete();
        admin.resources(ApiServerSource.class).inNamespace(namespace).delete();
        Stream.of(V1, LEGACY).forEach(file -> cluster.apply(Repository.DEPLOY.resolve(file)));
    }

    @Test
    void everyMalformedObjectIsReportedAndAllOthersAreReconciled() {
        List<String> bad = named("bad", Stream.concat(BAD_FIELDS.stream(), BAD_V1_FIELDS.stream()));
        List<String> legacy = named("legacy", Stream.concat(BAD_FIELDS.stream(), BAD_LEGACY_FIELDS.stream()));
        assertThat(List.of(bad.size(), legacy.size())).allMatch(count -> count >= 50);
        bad.forEach(object -> apply(object.replace("GROUP", "sources.knative.dev/v1")));
        legacy.forEach(object -> apply(object.replace("GROUP", "sources.eventing.knative.dev/v1alpha1")));
        try (RunningController controller = controller("first")) {
            assertThat(controller.problems()).isEmpty();
            RealCluster.await("every v1 source to be reported", () -> invalid(ApiServerSource.class) >= bad.size());
            RealCluster.await("every legacy source", () -> notReady(LegacyApiServerSource.class) >= legacy.size());
            assertGoodSourceIsReconciled("beside");
        }
        Stream.of(V1, LEGACY).forEach(file -> cluster.apply(Repository.DEPLOY.resolve(file)));
        try (RunningController controller = controller("second")) {
            assertThat(controller.problems()).isEmpty();
            assertGoodSourceIsReconciled("afterwards");
        }
    }

    private static List<String> named(String prefix, Stream<String> fields) {
        List<String> specs = Stream.concat(
                        UNREADABLE.stream().map(spec -> "spec: " + spec),
                        fields.map(field -> "spec: {"
                                + (field.startsWith("resources") ? "" : "resources: [{apiVersion: v1, kind: Event}], ")
                                + (field.startsWith("sink") ? "" : "sink: {uri: 'http://sink'}, ")
                                + field + "}"))
                .toList();
        return IntStream.range(0, specs.size())
                .mapToObj(i -> object("GROUP", prefix + "-" + i, specs.get(i)))
                .toList();
    }

    private static String object(String apiVersion, String name, String fields) {
        return "apiVersion: " + apiVersion + "\nkind: ApiServerSource\nmetadata: {name: " + name
                + ", namespace: NAMESPACE}\n" + fields;
    }

    private void apply(String object) {
        cluster.apply(object.replace("NAMESPACE", namespace));
    }

    private boolean isAccepted(String apiVersion) {
        try {
            apply(object(apiVersion, "probe", "spec: text"));
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private <R extends SourceResource<?>> long invalid(Class<R> type) {
        return count(type, ready -> "InvalidSpec".equals(ready.reason()));
    }

    /** Some legacy sources are well-formed, but name what does not exist. */
    private <R extends SourceResource<?>> long notReady(Class<R> type) {
        return count(type, ready -> !ready.status().equals(Condition.TRUE));
    }

    private <R extends SourceResource<?>> long count(Class<R> type, Predicate<Condition> ready) {
        return admin.resources(type).inNamespace(namespace).list().getItems().stream()
                .filter(source -> source.getStatus() != null)
                .filter(source -> source.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Ready") && ready.test(condition)))
                .count();
    }

    private void assertGoodSourceIsReconciled(String name) {
        apply(object(
                "sources.knative.dev/v1",
                name,
                "spec: {resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'http://sink'}}"));
        RealCluster.await("the status of a good source", () -> {
            ApiServerSource source = admin.resources(ApiServerSource.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .get();
            return source.getStatus() != null
                    && "http://sink".equals(source.getStatus().sinkUri());
        });
    }

    private CustomResourceDefinition crd(String file) {
        return Serialization.unmarshal(
                Repository.documents(Repository.DEPLOY.resolve(file)).get(0), CustomResourceDefinition.class);
    }

    private RunningController controller(String name) {
        return RunningController.start(cluster.controller().client(), Map.of("POD_NAME", name));
    }
}
