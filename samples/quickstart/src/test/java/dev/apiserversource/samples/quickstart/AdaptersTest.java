package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

class AdaptersTest {

    private static final Pattern SAID = Pattern.compile("adapter +process (\\d+)(, log .*| stopped)");

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Parts parts = new Parts();
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private KubernetesClient client;

    @BeforeEach
    void open() throws Exception {
        EmbeddedApiServer server = EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults())
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        Path kubeconfig = server.writeKubeconfig(folder.resolve("kubeconfig"));
        client = parts.add(new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl(server.url())
                        .withNamespace("default")
                        .build())
                .build());
        Programs programs = parts.add(new Programs(folder));
        Screen screen = new Screen(new Lines(said));
        parts.add(new Adapters(client, programs, FakeAdapter.command(Behaviour.DELIVERS_NOTHING), kubeconfig, screen));
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void reportsADeploymentAvailableWhenItsAdapterIsReady() throws Exception {
        create();

        Deployment available = awaitAvailable();

        assertThat(available.getStatus().getReadyReplicas()).isEqualTo(1);
        assertThat(ProcessHandle.of(next(", log"))).isPresent();
    }

    @Test
    void stopsTheAdapterWithItsDeployment() throws Exception {
        create();
        awaitAvailable();
        long process = next(", log");

        client.apps().deployments().withName("one").delete();

        assertThat(next(" stopped")).isEqualTo(process);
        assertThat(ProcessHandle.of(process)).isEmpty();
    }

    @Test
    void startsAnewWhenTheTemplateChanges() throws Exception {
        create();
        awaitAvailable();
        long before = next(", log");

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

        assertThat(next(" stopped")).isEqualTo(before);
        assertThat(next(", log")).isNotEqualTo(before);
    }

    @Test
    void stopsTheAdapterOfADeploymentThatIsScaledToNothing() throws Exception {
        create();
        awaitAvailable();
        long process = next(", log");

        client.apps().deployments().withName("one").edit(deployment -> new DeploymentBuilder(deployment)
                .editSpec()
                .withReplicas(0)
                .endSpec()
                .build());

        assertThat(next(" stopped")).isEqualTo(process);
    }

    private void create() {
        client.apps()
                .deployments()
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("one")
                        .withLabels(Map.of("eventing.knative.dev/source", "fake"))
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewTemplate()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("receive-adapter")
                        .endContainer()
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
                .waitUntilCondition(AdaptersTest::isAvailable, 20, TimeUnit.SECONDS);
    }

    private static boolean isAvailable(Deployment deployment) {
        return deployment != null
                && deployment.getStatus() != null
                && deployment.getStatus().getConditions().stream()
                        .map(DeploymentCondition::getStatus)
                        .anyMatch("True"::equals);
    }

    /** The process that the next line is about, which must say {@code what}. */
    private long next(String what) throws InterruptedException {
        String line = said.poll(20, TimeUnit.SECONDS);
        assertThat(line).contains(what);
        Matcher matcher = SAID.matcher(line);
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** Takes what is printed, line by line. */
    private static final class Lines extends PrintStream {

        private final BlockingQueue<String> lines;

        Lines(BlockingQueue<String> lines) {
            super(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
            this.lines = lines;
        }

        @Override
        public void println(String line) {
            lines.add(line);
        }
    }
}
