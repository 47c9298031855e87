package dev.apiserversource.samples.samplesource.controller;

import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import dev.apiserversource.samples.samplesource.controller.SampleSource.Status;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The controller on an embedded API server; the test plays the controllers of SinkBindings and Deployments. */
class SampleSourceReconcilerTest {

    private static final String CHILD = "samplesource-one";

    private final Vertx vertx = Vertx.vertx();
    private SourceCluster cluster;
    private Operator operator;

    @BeforeEach
    void start() {
        EmbeddedApiServer server = await(EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults()));
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(server.url())
                        .build())
                .build();
        cluster = new SourceCluster(client, "default");
        cluster.apply(SourceCluster.DEPLOY.resolve("crd-samplesource.yaml"));
        cluster.apply(SourceCluster.ROOT.resolve("apiserver-controller/deploy/crd-sinkbinding.yaml"));
        operator = SampleSourceMain.operator(client, "adapter:1");
        operator.start();
    }

    @AfterEach
    void stop() {
        operator.stop();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /** What the controller of SinkBindings writes once it has resolved the sink of the present spec. */
    private void resolve(String uri) {
        GenericKubernetesResource binding = cluster.binding(CHILD)
                .waitUntilCondition(
                        found -> found != null && uri.equals(found.get("spec", "sink", "uri")), 60, TimeUnit.SECONDS);
        SourceCluster.patchStatus(
                cluster.binding(CHILD),
                "{observedGeneration: " + binding.getMetadata().getGeneration() + ", sinkUri: '" + uri
                        + "', conditions: [{type: SinkProvided, status: 'True'}]}");
    }

    private Status ready(String uri) {
        return cluster.await("one", status -> SourceCluster.isReady(status) && uri.equals(status.sinkUri()))
                .getStatus();
    }

    private void awaitEvent(String reason) {
        Awaitility.await(reason).until(() -> cluster.events("one").contains(reason));
    }

    @Test
    void bindsThenDeploysThenIsReady() {
        cluster.source("one", "{interval: 5s, sink: {uri: 'http://first'}, ceOverrides: {extensions: {a: b}}}");
        Status waiting = cluster.await("one", status -> true).getStatus();
        assertThat(SourceCluster.condition(waiting, "SinkProvided").status()).isEqualTo("Unknown");
        assertThat(cluster.deployment(CHILD).get()).isNull();
        resolve("http://first");
        assertThat(cluster.binding(CHILD).get().<Map<String, Object>>get("spec"))
                .isEqualTo(Map.of(
                        "subject", Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", CHILD),
                        "sink", Map.of("uri", "http://first"),
                        "ceOverrides", Map.of("extensions", Map.of("a", "b"))));
        Deployment deployment = cluster.awaitDeployment(CHILD, environment -> true);
        assertThat(SourceCluster.environment(deployment))
                .isEqualTo(Map.of("NAME", "one", "NAMESPACE", "default", "INTERVAL", "5s"));
        assertThat(deployment
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getImage())
                .isEqualTo("adapter:1");
        assertThat(deployment.getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getKind)
                .containsExactly("SampleSource");
        assertThat(SourceCluster.condition(
                                cluster.await("one", status -> status.sinkUri() != null)
                                        .getStatus(),
                                "Deployed")
                        .reason())
                .isEqualTo("DeploymentUnavailable");
        cluster.makeAvailable(deployment);

        assertThat(ready("http://first").observedGeneration()).isEqualTo(1);
        awaitEvent("SampleSourceReconciled");
        assertThat(cluster.events("one"))
                .containsExactlyInAnyOrder("SinkBindingCreated", "DeploymentCreated", "SampleSourceReconciled");
    }

    @Test
    void followsEditsOfTheSpecAndOfTheSink() {
        cluster.source("one", "{interval: 5s, sink: {uri: 'http://first'}}");
        resolve("http://first");
        cluster.makeAvailable(cluster.awaitDeployment(CHILD, environment -> true));
        ready("http://first");

        cluster.source("one", "{interval: 7s, sink: {uri: 'http://first'}}");
        Deployment edited =
                cluster.awaitDeployment(CHILD, environment -> Objects.equals(environment.get("INTERVAL"), "7s"));
        awaitEvent("DeploymentUpdated");
        assertThat(cluster.events("one")).doesNotContain("SinkBindingUpdated");
        cluster.makeAvailable(edited);

        cluster.source("one", "{interval: 7s, sink: {uri: 'http://second'}}");
        resolve("http://second");
        assertThat(ready("http://second").observedGeneration()).isEqualTo(3);
        awaitEvent("SinkBindingUpdated");
    }

    @Test
    void reportsWhyTheSinkIsNotThere() {
        cluster.source("one", "{interval: 5s, sink: {ref: {apiVersion: v1, kind: Service, name: none}}}");
        cluster.binding(CHILD).waitUntilCondition(Objects::nonNull, 60, TimeUnit.SECONDS);
        SourceCluster.patchStatus(
                cluster.binding(CHILD),
                "{observedGeneration: 1, conditions: [{type: SinkProvided, status: 'False', reason: NotFound,"
                        + " message: no Service none}]}");

        Status status = cluster.await("one", found -> SourceCluster.condition(found, "Ready")
                        .status()
                        .equals("False"))
                .getStatus();
        assertThat(SourceCluster.condition(status, "Ready").reason()).isEqualTo("NotFound");
        assertThat(SourceCluster.condition(status, "SinkProvided").message()).isEqualTo("no Service none");
        assertThat(cluster.deployment(CHILD).get()).isNull();
    }

    @Test
    void keepsTheVariablesThatTheSinkBindingSets() {
        cluster.source("one", "{interval: 5s, sink: {uri: 'http://first'}}");
        resolve("http://first");
        cluster.awaitDeployment(CHILD, environment -> true);
        cluster.deployment(CHILD).edit(deployment -> {
            deployment
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .get(0)
                    .getEnv()
                    .add(new EnvVar("K_SINK", "http://first", null));
            return deployment;
        });
        cluster.source("one", "{interval: 7s, sink: {uri: 'http://first'}}");

        assertThat(SourceCluster.environment(cluster.awaitDeployment(
                        CHILD, environment -> Objects.equals(environment.get("INTERVAL"), "7s"))))
                .containsEntry("K_SINK", "http://first");
    }
}
