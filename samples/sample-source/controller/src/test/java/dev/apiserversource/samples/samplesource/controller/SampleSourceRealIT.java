package dev.apiserversource.samples.samplesource.controller;

import com.sun.net.httpserver.HttpServer;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.process.LocalProcess;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The sample source on a real API server: its controller under the shipped permissions, the controller and admission
 * policy of SinkBindings, and the adapter as a process with the environment of its Deployment.
 */
@ControlPlaneTest
class SampleSourceRealIT {

    private static final Path PRODUCT = SourceCluster.ROOT.resolve("apiserver-controller");
    private static final Path ADAPTER = SourceCluster.ROOT.resolve("samples/sample-source/adapter/target");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String CHILD = "samplesource-one";

    private final ControlPlane plane;
    private final Map<String, AtomicInteger> received =
            Map.of("/first", new AtomicInteger(), "/second", new AtomicInteger());

    @TempDir
    private Path folder;

    private SourceCluster cluster;
    private LocalProcess bindings;
    private LocalProcess adapter;
    private Operator operator;
    private HttpServer sink;
    private volatile String overridden = "";

    SampleSourceRealIT(ControlPlane plane) {
        this.plane = plane;
    }

    @BeforeEach
    void start() throws IOException {
        cluster = new SourceCluster(plane.client(), plane.createNamespace("samples"));
        List.of("crd-sinkbinding.yaml", "crd-apiserversource.yaml", "sinkbinding/policy.yaml")
                .forEach(file -> cluster.apply(PRODUCT.resolve("deploy").resolve(file)));
        List.of("namespace.yaml", "crd-samplesource.yaml", "rbac.yaml")
                .forEach(file -> cluster.apply(SourceCluster.DEPLOY.resolve(file)));
        awaitCustomResource("samplesources.samples.knative.dev");
        awaitCustomResource("sinkbindings.sources.knative.dev");
        sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.createContext("/", exchange -> {
            overridden = exchange.getRequestHeaders().getFirst("ce-hello");
            received.get(exchange.getRequestURI().getPath()).incrementAndGet();
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        sink.start();
        bindings = java(
                PRODUCT.resolve("target/apiserver-controller.jar"),
                Map.of(
                        "KUBECONFIG", administrator().toString(),
                        "APISERVER_RA_IMAGE", "adapter:1",
                        "SYSTEM_NAMESPACE", cluster.namespace(),
                        "LEADER_ELECTION", "false",
                        "PROBES_PORT", "0",
                        "METRICS_PORT", "0"));
        KubernetesClient client = plane.serviceAccount("sample-source", "sample-source-controller")
                .client();
        operator = SampleSourceMain.operator(client, "sample-adapter:1");
        operator.start();
    }

    @AfterEach
    void stop() {
        operator.stop();
        bindings.kill();
        if (adapter != null) {
            adapter.kill();
        }
        sink.stop(0);
    }

    private void awaitCustomResource(String crd) {
        plane.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crd)
                .waitUntilCondition(
                        found -> found.getStatus() != null
                                && found.getStatus().getConditions().stream()
                                        .anyMatch(
                                                condition -> condition.getType().equals("Established")
                                                        && condition.getStatus().equals("True")),
                        LIMIT.toSeconds(),
                        TimeUnit.SECONDS);
    }

    /** A kubeconfig with all rights: the controller of SinkBindings is not what is tested here. */
    private Path administrator() {
        String name = "admin-" + cluster.namespace();
        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
                """.formatted(name, cluster.namespace()));
        return plane.createServiceAccount(cluster.namespace(), name).kubeconfig();
    }

    private LocalProcess java(Path jar, Map<String, String> environment) {
        LocalProcess process = new LocalProcess(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar.toString()),
                environment,
                folder.resolve(jar.getFileName() + ".log"));
        process.start();
        return process;
    }

    /** What the kubelet does: a process with the variables of the container. */
    private void runPod(Deployment deployment) {
        if (adapter != null) {
            adapter.stop();
        }
        Map<String, String> environment = new HashMap<>(SourceCluster.environment(deployment));
        environment.putAll(Map.of("PROBES_PORT", "0", "METRICS_PORT", "0", "LOG_FORMAT", "text"));
        adapter = java(ADAPTER.resolve("sample-source-adapter.jar"), environment);
        cluster.makeAvailable(deployment);
    }

    private void awaitEvents(String path) {
        int before = received.get(path).get();
        adapter.await("three events", LIMIT, () -> received.get(path).get() >= before + 3);
    }

    private void source(String interval, String path) {
        cluster.source(
                "one",
                "{interval: " + interval + ", ceOverrides: {extensions: {hello: world}}, sink: {uri: '" + url(path)
                        + "'}}");
    }

    private String url(String path) {
        return "http://127.0.0.1:" + sink.getAddress().getPort() + path;
    }

    private Deployment awaitDeployment(String interval, String path) {
        return cluster.awaitDeployment(
                CHILD,
                environment -> interval.equals(environment.get("INTERVAL"))
                        && url(path).equals(environment.get("K_SINK")));
    }

    private void awaitReady(String path) {
        cluster.await(
                "one", status -> SourceCluster.isReady(status) && url(path).equals(status.sinkUri()));
    }

    @Test
    void runsAndFollowsEditsOfItsSpecAndOfItsSink() {
        source("100ms", "/first");
        runPod(awaitDeployment("100ms", "/first"));
        awaitEvents("/first");
        awaitReady("/first");
        assertThat(overridden).isEqualTo("world");

        source("50ms", "/first");
        runPod(awaitDeployment("50ms", "/first"));
        awaitEvents("/first");
        awaitReady("/first");

        source("50ms", "/second");
        runPod(awaitDeployment("50ms", "/second"));
        awaitEvents("/second");
        awaitReady("/second");
        assertThat(cluster.events("one"))
                .contains(
                        "SinkBindingCreated",
                        "DeploymentCreated",
                        "DeploymentUpdated",
                        "SinkBindingUpdated",
                        "SampleSourceReconciled")
                .filteredOn("DeploymentCreated"::equals)
                .hasSize(1);
    }

    @Test
    void writesNothingOnceReady() {
        source("1m", "/first");
        cluster.makeAvailable(awaitDeployment("1m", "/first"));
        awaitReady("/first");
        String version = cluster.deployment(CHILD).get().getMetadata().getResourceVersion();
        String bound = cluster.binding(CHILD).get().getMetadata().getResourceVersion();
        operator.stop();
        operator = SampleSourceMain.operator(
                plane.serviceAccount("sample-source", "sample-source-controller")
                        .client(),
                "sample-adapter:1");
        operator.start();
        cluster.source("two", "{interval: 1m, sink: {uri: '" + url("/second") + "'}}");
        cluster.await("two", status -> url("/second").equals(status.sinkUri()));

        assertThat(cluster.deployment(CHILD).get().getMetadata().getResourceVersion())
                .isEqualTo(version);
        assertThat(cluster.binding(CHILD).get().getMetadata().getResourceVersion())
                .isEqualTo(bound);
        assertThat(cluster.events("one")).doesNotContain("DeploymentUpdated", "SinkBindingUpdated");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one| {interval: soon, sink: {uri: 'http://sink'}}| must be a duration from 1ms to 8760h, such as 10s",
                "one| {interval: 0s, sink: {uri: 'http://sink'}}| must be a duration from 1ms to 8760h, such as 10s",
                "one| {interval: 1s}| spec.sink: Required value",
                "one| {sink: {}}| give ref (an object that has an address) or uri (an absolute URL)",
                "one| {sink: {ref: {kind: Service, name: a}}}| spec.sink.ref.apiVersion: Required value",
                "a123456789b123456789c123456789d123456789e123456789f| {sink: {uri: 'http://a'}}| at most 50 characters"
            })
    void refusesABadSpecWithTheFieldAndTheRemedy(String name, String spec, String message) {
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() -> cluster.source(name, spec))
                .satisfies(
                        refusal -> assertThat(refusal.getStatus().getMessage()).contains(message));
    }

    @Test
    void theSampleIsTaken() {
        cluster.apply(SourceCluster.ROOT.resolve("samples/sample-source/sample-source.yaml"));

        assertThat(plane.client()
                        .resources(SampleSource.class)
                        .inNamespace("default")
                        .withName("sample-source")
                        .get()
                        .getSpec()
                        .interval())
                .isEqualTo("10s");
    }
}
