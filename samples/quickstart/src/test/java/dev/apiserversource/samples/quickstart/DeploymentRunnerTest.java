package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class DeploymentRunnerTest {

    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private final CloseableStack started = new CloseableStack();
    private final TestConsole console = new TestConsole();
    private KubernetesClient client;

    private void run(Duration initialBackoff) {
        TestApiServer server = started.add(new TestApiServer(PodLogs.NONE));
        client = server.client();
        Path kubeconfig = server.writeKubeconfig(folder.resolve("kubeconfig"));
        ProcessSupervisor supervisor = started.add(new ProcessSupervisor(folder, console.console(), initialBackoff));
        Images images = new Images(Map.of(
                "adapter", FakeAdapter.command(Behaviour.DELIVERS_NOTHING),
                "heartbeats", List.of("/bin/sh", "-c", "exec sleep 1000")));
        started.add(new DeploymentRunner(client, supervisor, images, kubeconfig));
    }

    @AfterEach
    void close() {
        started.close();
    }

    @Test
    void reportsADeploymentAsAvailableWhenItsAdapterIsReady() throws Exception {
        run(NEVER);
        create();

        Deployment available = awaitAvailable();

        assertThat(available.getStatus().getReadyReplicas()).isEqualTo(1);
        assertThat(ProcessHandle.of(console.nextProcess(", log"))).isPresent();
    }

    @Test
    void stopsTheAdapterWithItsDeployment() throws Exception {
        run(NEVER);
        create();
        awaitAvailable();
        long process = console.nextProcess(", log");

        client.apps().deployments().withName("one").delete();

        assertThat(console.nextProcess(" stopped")).isEqualTo(process);
        assertThat(ProcessHandle.of(process)).isEmpty();
    }

    @Test
    void replacesTheProcessWhenTheTemplateChanges() throws Exception {
        run(NEVER);
        create();
        awaitAvailable();
        long before = console.nextProcess(", log");

        client.apps().deployments().withName("one").edit(deployment -> new DeploymentBuilder(deployment)
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .addToEnv(new EnvVar("MORE", "yes", null))
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());

        assertThat(console.nextProcess(" stopped")).isEqualTo(before);
        assertThat(console.nextProcess(", log")).isNotEqualTo(before);
    }

    @Test
    void stopsTheAdapterOfADeploymentThatIsScaledToZero() throws Exception {
        run(NEVER);
        create();
        awaitAvailable();
        long process = console.nextProcess(", log");

        client.apps().deployments().withName("one").edit(deployment -> new DeploymentBuilder(deployment)
                .editSpec()
                .withReplicas(0)
                .endSpec()
                .build());

        assertThat(console.nextProcess(" stopped")).isEqualTo(process);
    }

    @Test
    void reportsADeploymentAsUnavailableWhileItsAdapterIsDown() throws Exception {
        run(NEVER);
        create();
        awaitAvailable();

        kill(console.nextProcess(", log"));

        client.apps()
                .deployments()
                .withName("one")
                .waitUntilCondition(deployment -> !isAvailable(deployment), 60, TimeUnit.SECONDS);
    }

    @Test
    void reportsADeploymentAsAvailableAfterItsAdapterWasRestarted() throws Exception {
        // Long enough for a probe to find the adapter down.
        run(Duration.ofSeconds(2));
        create();
        awaitAvailable();
        List<Boolean> available = new CopyOnWriteArrayList<>();
        CompletableFuture<?> restarted = client.apps().deployments().informOnCondition(deployments -> {
            available.add(isAvailable(deployments.get(0)));
            return available.contains(false) && isAvailable(deployments.get(0));
        });

        kill(console.nextProcess(", log"));

        console.nextProcess("adapter +exited with code 137, restarted");
        restarted.get(60, TimeUnit.SECONDS);
    }

    @Test
    void withoutAProbeADeploymentIsAvailableWhileItsProcessRuns() throws Exception {
        run(NEVER);
        create("other", new ContainerBuilder().withName("a").withImage("nginx").build());
        create(
                "one",
                new ContainerBuilder().withName("a").withImage("heartbeats").build());
        awaitAvailable();

        kill(console.nextProcess("heartbeats +process \\d+, log"));

        client.apps()
                .deployments()
                .withName("one")
                .waitUntilCondition(deployment -> !isAvailable(deployment), 60, TimeUnit.SECONDS);
        assertThat(client.apps().deployments().withName("other").get().getStatus())
                .as("of an image that is not known")
                .isNull();
    }

    private static void kill(long process) {
        ProcessHandle.of(process).orElseThrow().destroyForcibly();
    }

    private void create() {
        create(
                "one",
                new ContainerBuilder()
                        .withName("receive-adapter")
                        .withImage("adapter")
                        .withNewReadinessProbe()
                        .withNewHttpGet()
                        .withPath("/readiness")
                        .endHttpGet()
                        .endReadinessProbe()
                        .build());
    }

    private void create(String name, Container container) {
        client.apps()
                .deployments()
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewTemplate()
                        .withNewSpec()
                        .withContainers(container)
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    private Deployment awaitAvailable() {
        return client.apps()
                .deployments()
                .withName("one")
                .waitUntilCondition(DeploymentRunnerTest::isAvailable, 60, TimeUnit.SECONDS);
    }

    private static boolean isAvailable(Deployment deployment) {
        return deployment != null
                && deployment.getStatus() != null
                && deployment.getStatus().getConditions().stream()
                        .map(DeploymentCondition::getStatus)
                        .anyMatch("True"::equals);
    }
}
