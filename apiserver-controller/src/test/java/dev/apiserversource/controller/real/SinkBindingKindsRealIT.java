package dev.apiserversource.controller.real;

import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.HttpURLConnection;

import static org.assertj.core.api.Assertions.assertThat;

/** SinkBindings of kinds that are not Kubernetes' own, on a real API server with the admission policy. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SinkBindingKindsRealIT {

    /** The lists of its pod template are atomic, as in many CRDs. */
    static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: PLURAL.GROUP}
            spec:
              group: GROUP
              scope: Namespaced
              names: {kind: KIND, plural: PLURAL}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    /** As Knative Serving and owners of custom kinds bring it with them. */
    static final String ROLE = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: PLURAL-podspecable, labels: {duck.knative.dev/podspecable: "true"}}
            rules: [{apiGroups: [GROUP], resources: [PLURAL], verbs: [list, watch, patch]}]
            """;

    private static final String OVERRIDES = "{\"extensions\":{\"hello\":\"world\"}}";

    private final Installed cluster;
    private BindingFixture bindings;

    SinkBindingKindsRealIT(Installed cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void define() {
        define(cluster, "serving.knative.dev", "Service", "services");
        define(cluster, "farm.example", "Tractor", "tractors");
        define(cluster, "farm.example", "Barn", "barns");
        bindings = new BindingFixture(cluster);
    }

    static void define(Installed cluster, String group, String kind, String plural) {
        cluster.apply(CRD.replace("PLURAL", plural).replace("GROUP", group).replace("KIND", kind));
        cluster.established(plural + "." + group);
        cluster.apply(ROLE.replace("PLURAL", plural).replace("GROUP", group));
        cluster.aggregate();
    }

    @AfterAll
    void close() {
        bindings.close();
    }

    @Test
    void newKnativeServiceIsBoundByThePolicyAndFollowsTheSink() {
        bindings.apply("apiVersion: sources.knative.dev/v1\nkind: SinkBinding\nmetadata: {name: service}\nspec:"
                + " {sink: {uri: 'http://first'}, ceOverrides: {extensions: {hello: world}}, subject: {apiVersion:"
                + " serving.knative.dev/v1, kind: Service, selector: {matchLabels: {app: a}}}}");
        bindings.awaitReady("service");
        RealCluster.await("the policy to know the SinkBinding", this::probeHasSink);
        bindings.stopController();
        bindings.apply(workload("serving.knative.dev/v1", "Service", "new"));
        assertThat(BindingFixture.environment(bindings.workload("serving.knative.dev/v1", "Service", "new")))
                .containsEntry("OWN", "1")
                .containsEntry("K_SINK", "http://first")
                .containsEntry("K_CE_OVERRIDES", OVERRIDES);
        bindings.startController();
        bindings.delete("service");
        assertThat(BindingFixture.environment(bindings.workload("serving.knative.dev/v1", "Service", "new")))
                .containsOnlyKeys("OWN");
    }

    /** For five seconds the API server answers 503, because the policy does not know the new CRD yet. */
    private boolean probeHasSink() {
        try {
            bindings.apply(workload("serving.knative.dev/v1", "Service", "probe"));
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).isEqualTo(HttpURLConnection.HTTP_UNAVAILABLE);
            return false;
        }
        return BindingFixture.environment(bindings.workload("serving.knative.dev/v1", "Service", "probe"))
                .containsKey("K_SINK");
    }

    @Test
    void customKindIsBoundByTheControllerAndTheConditionNamesTheMissingRule() {
        bindings.apply(workload("farm.example/v1", "Tractor", "red"));
        bindings.bind("tractor", "{apiVersion: farm.example/v1, kind: Tractor, name: red}", "{uri: 'http://sink'}");
        bindings.awaitReady("tractor");
        bindings.awaitCondition("tractor", "SinkBindingAvailable", "True", "KindNotInPolicy");
        for (int container = 0; container < 2; container++) {
            assertThat(BindingFixture.environment(bindings.workload("farm.example/v1", "Tractor", "red"), container))
                    .containsEntry("K_SINK", "http://sink");
        }
        bindings.delete("tractor");
        assertThat(BindingFixture.environment(bindings.workload("farm.example/v1", "Tractor", "red")))
                .containsOnlyKeys("OWN");
    }

    @Test
    void kindWithoutAPodTemplateIsACondition() {
        bindings.apply("apiVersion: farm.example/v1\nkind: Barn\nmetadata: {name: old}\nspec: {doors: 2}");
        bindings.bind("barn", "{apiVersion: farm.example/v1, kind: Barn, name: old}", "{uri: 'http://sink'}");
        bindings.awaitCondition("barn", "SinkBindingAvailable", "False", "NoPodTemplate");
    }

    private static String workload(String apiVersion, String kind, String name) {
        return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name
                + ", labels: {app: a}}\nspec: {template: {spec: {initContainers: [{name: i, image: i}], containers:"
                + " [{name: a, image: a, env: [{name: OWN, value: '1'}]}]}}}";
    }
}
