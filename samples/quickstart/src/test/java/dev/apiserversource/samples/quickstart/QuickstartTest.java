package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The quickstart with a controller in this process and programs that start fast. QuickstartIT has the real ones. */
class QuickstartTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final List<String> EVENT_DISPLAY =
            FakeAdapter.java("dev.apiserversource.samples.eventdisplay.EventDisplayMain");
    private static final List<String> EVENT_VIEWER =
            FakeAdapter.java("dev.apiserversource.samples.eventviewer.EventViewerMain");
    private static final List<String> IDLE = shell("exec sleep 1000");
    private static final Path REPOSITORY = Path.of("..", "..");

    private final TestConsole output = new TestConsole();
    private final Console console = output.console();
    private final CloseableStack started = new CloseableStack();
    private final ExecutorService controllers = Executors.newSingleThreadExecutor();

    @AfterEach
    void close() {
        started.close();
        controllers.shutdownNow();
    }

    /** The controller starts as soon as it would in a process, which is idle here. */
    private void startController(Demo demo) {
        CompletableFuture<Void> unused = CompletableFuture.runAsync(
                () -> {
                    try {
                        started.add(new FakeController(output.awaitKubeconfig("controller     process"), demo));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                controllers);
    }

    private Quickstart quickstart(Demo demo, Duration readyTimeout, Duration displayTimeout) {
        return new Quickstart(demo, console, started, readyTimeout, displayTimeout);
    }

    @Test
    void displaysTheEventsOfBusyboxAndLeavesNothingBehind() throws Exception {
        startController(Demo.BUSYBOX);
        LocalEnvironment environment = quickstart(Demo.BUSYBOX, LONG, LONG)
                .run(installation(EVENT_DISPLAY, Map.of("adapter", FakeAdapter.command(Behaviour.DELIVERS))));

        assertThat(output.shown())
                .contains("kubectl apply -f samples/apiserversource/events-resource.yaml   # with sink.uri: http://")
                .containsPattern("look at events http://127.0.0.1:\\d+ +in a browser")
                .contains("the ApiServerSource is ready")
                .contains("☁️  cloudevents.Event\n")
                .contains("\"message\": \"Created container busybox\"")
                .contains("\"message\": \"Started container busybox\"")
                .contains(environment.kubeconfig().toString())
                .endsWith("quickstart: all events of busybox were displayed\n");
        // The viewer has passed on what was displayed.
        assertThat(get(environment.viewer() + "/events/1/data")).contains("\"reason\":");

        started.close();

        assertThat(output.shown()).containsPattern("adapter +process \\d+");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
        assertThat(Files.exists(environment.kubeconfig().getParent())).isFalse();
    }

    @Test
    void displaysTheEventsOfAllSources() throws Exception {
        startController(Demo.ALL);
        quickstart(Demo.ALL, LONG, LONG)
                .run(installation(
                        EVENT_DISPLAY,
                        Map.of(
                                "adapter", FakeAdapter.command(Behaviour.DELIVERS),
                                "ping-adapter", one("\"type\":\"dev.knative.sources.ping\",\"source\":\"/fake\""),
                                "heartbeats",
                                        one("\"type\":\"beat\",\"hello\":\"world\",\"source\":"
                                                + "\"https://knative.dev/eventing-contrib/cmd/heartbeats/"
                                                + "#event-test/mypod\""))));

        assertThat(output.shown())
                .contains("kubectl apply -f samples/containersource/heartbeats.yaml   # with sink.uri: http://")
                .containsPattern("kubectl apply -f samples/pingsource/every-minute.yaml   # with sink.uri: http://\\S+,"
                        + " schedule: \"\\*/5 \\* \\* \\* \\* \\*\"")
                .contains("kubectl apply -f samples/sinkbinding/heartbeat-cronjob.yaml\n")
                .contains("kubectl apply -f samples/sinkbinding/bind-cronjob.yaml   # with sink.uri: http://")
                .contains("all sources are ready")
                .endsWith("quickstart: all events of busybox were displayed, and some of every other source\n");
    }

    private static List<String> one(String attributes) {
        return FakeAdapter.command(Behaviour.DELIVERS_ONE, attributes);
    }

    @Test
    void showsTheUserWhatToTry(@TempDir Path folder) {
        try (ProcessSupervisor supervisor = new ProcessSupervisor(folder, console, LONG)) {
            LocalEnvironment environment = new LocalEnvironment(
                    folder.resolve("kubeconfig"), null, supervisor, URI.create("http://127.0.0.1:4321"));
            quickstart(Demo.BUSYBOX, LONG, LONG).showNextSteps(environment);
            assertThat(output.shown())
                    .contains("export KUBECONFIG=" + environment.kubeconfig() + "\n")
                    .contains("kubectl get apiserversources\n")
                    .contains("The events, live in your browser: http://127.0.0.1:4321\n");
            quickstart(Demo.ALL, LONG, LONG).showNextSteps(environment);
        }

        assertThat(output.shown()).contains("kubectl get apiserversources,containersources,pingsources,sinkbindings\n");
    }

    @Test
    void restartsTheControllerAndNamesItsExit() throws Exception {
        Installation installation = new Installation(
                REPOSITORY, shell("echo the CRD is not installed; exit 2"), IDLE, IDLE, new Images(Map.of()));

        LocalEnvironment environment =
                LocalEnvironment.start(started, installation, Demo.BUSYBOX, console, console::print);

        output.await("controller     exited with code 2, restarted after 1s");
        assertThat(environment.supervisor().failure("not ready"))
                .hasMessageContaining("controller exited with code 2; its last lines:\nthe CRD is not installed");
    }

    @Test
    void restartsTheAdapterAndNamesItsExit() throws Exception {
        LocalEnvironment environment = LocalEnvironment.start(
                started,
                installation(IDLE, Map.of("adapter", shell("echo K_SINK is missing; exit 3"))),
                Demo.BUSYBOX,
                console,
                console::print);
        started.add(new FakeController(environment.kubeconfig(), Demo.BUSYBOX));

        output.await("adapter        exited with code 3, restarted after 1s");
        assertThat(environment.supervisor().failure("not ready"))
                .hasMessageContaining("adapter exited with code 3; its last lines:\nK_SINK is missing");
    }

    @Test
    void failsAndSaysWhyWhenTheSourceIsNotReadyInTime() {
        Quickstart quickstart = quickstart(Demo.BUSYBOX, Duration.ofSeconds(1), LONG);

        assertThat(QuickstartMain.run(quickstart, installation(IDLE, Map.of()), console, started, true))
                .isEqualTo(1);
        assertThat(output.shown()).contains("quickstart: the sources were not ready within 1 s; controller is running");
    }

    @Test
    void namesWhatWasNotDisplayed() {
        startController(Demo.BUSYBOX);
        Quickstart quickstart = quickstart(Demo.BUSYBOX, LONG, Duration.ofSeconds(1));

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.run(installation(IDLE, Map.of("adapter", IDLE))))
                .withMessageStartingWith("not displayed within 1 s: [")
                .withMessageContaining("Started container busybox");
    }

    private static String get(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body();
    }

    private static Installation installation(List<String> eventDisplay, Map<String, List<String>> images) {
        return new Installation(REPOSITORY, IDLE, eventDisplay, EVENT_VIEWER, new Images(images));
    }

    private static List<String> shell(String script) {
        return List.of("/bin/sh", "-c", script);
    }
}
