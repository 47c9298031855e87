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

    private static final Pattern ADAPTER = program("adapter");
    private static final Pattern PING_ADAPTER = program("ping-adapter");
    private static final Pattern HEARTBEATS = program("heartbeats");
    private static final Pattern CONTROLLER = program("controller");
    private static final Pattern EVENT_DISPLAY = program("event-display");
    private static final Pattern EVENT_VIEWER = program("event-viewer");
    private static final Pattern KUBECONFIG = Pattern.compile("kubeconfig +(\\S+)");

    private final StringBuilder shown = new StringBuilder();
    private Process quickstart;

    @AfterEach
    void stop() {
        quickstart.descendants().forEach(ProcessHandle::destroyForcibly);
        quickstart.destroyForcibly();
    }

    @Test
    void displaysTheEventsOfAllSourcesAndExits() throws Exception {
        start("--all", "--once");

        readUntil("all events of busybox were displayed, and some of every other source");

        assertThat(quickstart.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(quickstart.exitValue()).isZero();
        assertThat(shown)
                .contains("all sources are ready")
                .contains("type: dev.knative.apiserver.resource.add")
                .contains("subject: /apis/v1/namespaces/default/events/busybox.")
                .contains("type: dev.knative.eventing.samples.heartbeat")
                .contains("source: /apis/v1/namespaces/default/pingsources/every-minute")
                .contains("\"message\": \"Hello world!\"")
                .containsPattern("heartbeats/#default/heartbeat-cron-\\d+\n")
                .containsPattern("job +heartbeat-cron-\\d+ completed");
        assertStopped(CONTROLLER, ADAPTER, PING_ADAPTER, HEARTBEATS, EVENT_VIEWER, EVENT_DISPLAY);
    }

    /** One test for all of it, because the start takes longer than each part. */
    @Test
    void runsTheUsersPodsAndRestartsWhatIsKilledUntilItIsTerminated() throws Exception {
        start();
        readUntil("Ctrl-C here stops everything");
        assertThat(shown).contains("the ApiServerSource is ready", "all events of busybox were displayed\n");
        Path kubeconfig = Path.of(found(KUBECONFIG));
        try (KubernetesClient client = client()) {
            client.run().withName("hello").withImage("busybox").done();
            readUntil("\"message\": \"Started container hello\"");

            for (Pattern part : List.of(EVENT_DISPLAY, EVENT_VIEWER, ADAPTER, CONTROLLER)) {
                ProcessHandle.of(process(part)).orElseThrow().destroyForcibly();
            }
            client.run().withName("later").withImage("busybox").done();
            readUntil("\"message\": \"Started container later\"");
            assertThat(shown)
                    .containsPattern("event-display +exited with code 137, restarted after 1s: process \\d+")
                    .containsPattern("adapter +exited with code 137, restarted after 1s: process \\d+");
            if (shown.indexOf("controller     exited with code 137") < 0) {
                readUntil("controller     exited with code 137, restarted after 1s: process ");
            }

            client.genericKubernetesResources("sources.knative.dev/v1", "ApiServerSource")
                    .inNamespace("default")
                    .withName("testevents")
                    .delete();
            readUntil("adapter        process " + lastProcess(ADAPTER) + " stopped");
        }
        assertStopped(ADAPTER);
        assertThat(ProcessHandle.of(lastProcess(CONTROLLER))).isPresent();
        quickstart.toHandle().destroy();

        assertThat(quickstart.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertStopped(CONTROLLER, ADAPTER, EVENT_VIEWER, EVENT_DISPLAY);
        assertThat(Files.exists(kubeconfig)).isFalse();
    }

    private void assertStopped(Pattern... programs) {
        assertThat(programs).allSatisfy(program -> assertThat(ProcessHandle.of(lastProcess(program)))
                .isEmpty());
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
        shown.append(line).append('\n');
    }

    private static Pattern program(String name) {
        return Pattern.compile("(?m)^quickstart: " + name + " .*process (\\d+), log");
    }

    private long lastProcess(Pattern program) {
        return program.matcher(shown)
                .results()
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .reduce((earlier, later) -> later)
                .orElseThrow();
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
