package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** The quickstart as a user starts it, with the real processes of controller and adapter. */
class QuickstartIT {

    private static final Pattern ADAPTER = Pattern.compile("adapter +process (\\d+)");
    private static final Pattern CONTROLLER = Pattern.compile("controller +process (\\d+)");
    private static final Pattern EVENT_DISPLAY = Pattern.compile("event-display +process (\\d+)");
    private static final Pattern KUBECONFIG = Pattern.compile("kubeconfig +(\\S+)");

    private final StringBuilder shown = new StringBuilder();
    private Process quickstart;

    @AfterEach
    void stop() {
        quickstart.descendants().forEach(ProcessHandle::destroyForcibly);
        quickstart.destroyForcibly();
    }

    @Test
    void displaysTheEventsOfBusyboxAndExits() throws Exception {
        start("--once");

        readUntil("all events of busybox were displayed");

        assertThat(quickstart.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(quickstart.exitValue()).isZero();
        assertThat(shown)
                .contains("the ApiServerSource is ready")
                .contains("type: dev.knative.apiserver.resource.add")
                .contains("subject: /apis/v1/namespaces/default/events/busybox.")
                .contains("\"message\": \"Created container busybox\"")
                .contains("\"message\": \"Started container busybox\"");
        assertThat(ProcessHandle.of(process(CONTROLLER))).isEmpty();
        assertThat(ProcessHandle.of(process(ADAPTER))).isEmpty();
        assertThat(ProcessHandle.of(process(EVENT_DISPLAY))).isEmpty();
    }

    @Test
    void runsTheUsersPodsUntilItIsTerminated() throws Exception {
        start();
        readUntil("Ctrl-C here stops everything");
        Path kubeconfig = Path.of(found(KUBECONFIG));

        try (KubernetesClient client = client()) {
            client.run().withName("hello").withImage("busybox").done();
            readUntil("\"message\": \"Started container hello\"");
        }
        quickstart.toHandle().destroy();

        assertThat(quickstart.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(process(CONTROLLER))).isEmpty();
        assertThat(ProcessHandle.of(process(ADAPTER))).isEmpty();
        assertThat(ProcessHandle.of(process(EVENT_DISPLAY))).isEmpty();
        assertThat(Files.exists(kubeconfig)).isFalse();
    }

    @Test
    void stopsTheAdapterWithItsSource() throws Exception {
        start();
        readUntil("Ctrl-C here stops everything");

        try (KubernetesClient client = client()) {
            client.genericKubernetesResources(LocalEnvironment.SOURCES)
                    .inNamespace("default")
                    .withName("testevents")
                    .delete();
            readUntil("adapter        process " + process(ADAPTER) + " stopped");
        }

        assertThat(ProcessHandle.of(process(ADAPTER))).isEmpty();
        assertThat(ProcessHandle.of(process(CONTROLLER))).isPresent();
    }

    @Test
    void deliversTheEventsOfAPodThatWasCreatedWhileEveryPartWasDown() throws Exception {
        start();
        readUntil("Ctrl-C here stops everything");

        for (Pattern part : List.of(EVENT_DISPLAY, ADAPTER, CONTROLLER)) {
            ProcessHandle.of(process(part)).orElseThrow().destroyForcibly();
        }
        try (KubernetesClient client = client()) {
            client.run().withName("hello").withImage("busybox").done();
        }

        readUntil("\"message\": \"Started container hello\"");
        assertThat(shown)
                .containsPattern("event-display +exited with code 137, restarted after 1s: process \\d+")
                .containsPattern("adapter +exited with code 137, restarted after 1s: process \\d+");
        if (shown.indexOf("controller     exited with code 137") < 0) {
            readUntil("controller     exited with code 137, restarted after 1s: process ");
        }
    }

    private KubernetesClient client() {
        Config config = Config.fromKubeconfig(Path.of(found(KUBECONFIG)).toFile());
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void start(String... arguments) throws IOException {
        Path run = Path.of(System.getProperty("repository"), "samples", "quickstart", "run");
        ProcessBuilder builder = new ProcessBuilder(run.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        quickstart = builder.start();
    }

    /** Reads until a line contains {@code phrase}; fails when the program exits before. */
    private void readUntil(String phrase) throws IOException {
        BufferedReader reader = quickstart.inputReader(StandardCharsets.UTF_8);
        String line = reader.readLine();
        while (line != null && !line.contains(phrase)) {
            shown.append(line).append('\n');
            line = reader.readLine();
        }
        assertThat(line).as("%s", shown).isNotNull();
    }

    private long process(Pattern program) {
        return Long.parseLong(found(program));
    }

    private String found(Pattern pattern) {
        Matcher matcher = pattern.matcher(shown);
        assertThat(matcher.find()).as("%s", shown).isTrue();
        return matcher.group(1);
    }
}
