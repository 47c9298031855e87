package dev.apiserversource.samples.embedded;

import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** An unmodified kubectl works with the server. Skipped where there is no kubectl on the PATH. */
@Timeout(120)
class KubectlTest {

    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: one, image: a}
                  - {name: two, image: b}
            """;

    @RegisterExtension
    final RunningServer server = new RunningServer(EmbeddedApiServerOptions.defaults()
            .withPodLogs((namespace, pod) -> Optional.of(new PodLogs.Log(List.of("hello from " + pod), true))));

    @TempDir
    Path home;

    private Path kubeconfig;

    @BeforeAll
    static void needsKubectl() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
        assumeTrue(found, "skipped: kubectl is not on the PATH");
    }

    @BeforeEach
    void writeKubeconfig() {
        kubeconfig = server.api().writeKubeconfig(home.resolve("kubeconfig"));
    }

    @Test
    void runsLabelsReadsLogsAndDeletesAPod() {
        assertThat(kubectl("run", "busybox", "--image=busybox", "--restart=Never", "--", "ls"))
                .contains("pod/busybox created");
        assertThat(kubectl("label", "pod", "busybox", "colour=red")).contains("labeled");
        assertThat(kubectl("get", "pods", "-l", "colour=red")).contains("NAME", "STATUS", "busybox", "Pending");
        assertThat(kubectl("logs", "busybox")).contains("hello from busybox");
        assertThat(kubectl("get", "pod", "busybox", "-o", "yaml")).contains("kind: Pod", "- ls");
        assertThat(kubectl("delete", "pod", "busybox")).contains("deleted");
        assertThat(kubectl("get", "pods")).contains("No resources found");
    }

    @Test
    void applyWorksOnClientAndServerSide() throws IOException {
        Path file = Files.writeString(home.resolve("web.yaml"), WEB);
        assertThat(kubectl("apply", "-f", file.toString())).contains("created");
        assertThat(kubectl("apply", "-f", file.toString())).contains("unchanged");

        Files.writeString(file, WEB.replace("- {name: two, image: b}", ""));
        assertThat(kubectl("apply", "-f", file.toString())).contains("configured");
        assertThat(kubectl("get", "deployment", "web", "-o", "jsonpath={..image}"))
                .isEqualTo("a");
        assertThat(kubectl("apply", "--server-side", "-f", file.toString())).contains("serverside-applied");
    }

    @Test
    void createSendsProtobuf() {
        assertThat(kubectl("create", "namespace", "n")).contains("namespace/n created");
        assertThat(kubectl("create", "configmap", "c", "-n", "n", "--from-literal=key=value"))
                .contains("created");
        assertThat(kubectl("get", "configmap", "c", "-n", "n", "-o", "jsonpath={.data.key}"))
                .isEqualTo("value");
        assertThat(kubectl("create", "deployment", "d", "--image=nginx")).contains("created");
        assertThat(kubectl("get", "deployment", "d", "-o", "jsonpath={..image} {.spec.replicas} {..matchLabels.app}"))
                .isEqualTo("nginx 1 d");
        assertThat(kubectl("auth", "can-i", "list", "pods")).contains("yes");
    }

    @Test
    void watches() throws IOException {
        kubectl("create", "serviceaccount", "before");
        Process watching = builder("get", "serviceaccounts", "-w").start();
        try (BufferedReader lines = watching.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).contains("NAME");
            assertThat(lines.readLine()).contains("before");
            kubectl("create", "serviceaccount", "after");
            assertThat(lines.readLine()).contains("after");
        } finally {
            watching.destroy();
        }
    }

    private String kubectl(String... arguments) {
        try {
            Path output = home.resolve("output");
            Process process = builder(arguments).redirectOutput(output.toFile()).start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        return builder;
    }
}
