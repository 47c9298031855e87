package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class QuickstartTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final List<String> EVENT_DISPLAY =
            FakeAdapter.java("dev.apiserversource.samples.eventdisplay.EventDisplayMain");
    private static final Path REPOSITORY = Path.of("..", "..");

    private final TestConsole output = new TestConsole();
    private final Console console = output.console();
    private final CloseableStack started = new CloseableStack();

    @AfterEach
    void close() {
        started.close();
    }

    @Test
    void displaysTheEventsOfBusyboxAndLeavesNothingBehind() throws Exception {
        LocalEnvironment environment =
                new Quickstart(console, started, LONG, LONG).run(installation(Behaviour.DELIVERS));

        assertThat(output.shown())
                .contains("kubectl apply -f samples/apiserversource/events-resource.yaml")
                .contains("the ApiServerSource is ready")
                .contains("☁️  cloudevents.Event\n")
                .contains("\"message\": \"Created container busybox\"")
                .contains("\"message\": \"Started container busybox\"")
                .contains(environment.kubeconfig().toString())
                .endsWith("quickstart: all events of busybox were displayed\n");

        started.close();

        assertThat(output.shown()).containsPattern("adapter +process \\d+");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
        assertThat(Files.exists(environment.kubeconfig().getParent())).isFalse();
    }

    @Test
    void showsTheUserWhatToTry() {
        LocalEnvironment environment =
                LocalEnvironment.start(started, installation(Behaviour.DELIVERS_NOTHING), console, console::print);

        new Quickstart(console, started, LONG, LONG).showNextSteps(environment);

        assertThat(output.shown())
                .contains("export KUBECONFIG=" + environment.kubeconfig() + "\n")
                .contains("kubectl get apiserversource\n");
    }

    @Test
    void restartsTheControllerAndNamesItsExit() throws Exception {
        Installation installation = new Installation(
                REPOSITORY,
                FakeController.command(FakeController.Behaviour.EXITS),
                FakeAdapter.command(Behaviour.DELIVERS),
                EVENT_DISPLAY);

        LocalEnvironment environment = LocalEnvironment.start(started, installation, console, console::print);

        output.await("controller     exited with code 2, restarted after 1s");
        assertThat(environment.supervisor().failure("not ready"))
                .hasMessageContaining("controller exited with code 2; its last lines:\nthe CRD is not installed");
    }

    @Test
    void restartsTheAdapterAndNamesItsExit() throws Exception {
        LocalEnvironment environment =
                LocalEnvironment.start(started, installation(Behaviour.EXITS), console, console::print);

        output.await("adapter        exited with code 3, restarted after 1s");
        assertThat(environment.supervisor().failure("not ready"))
                .hasMessageContaining("adapter exited with code 3; its last lines:\nK_SINK is missing");
    }

    @Test
    void failsWhenTheSourceIsNotReadyInTime() {
        Quickstart quickstart = new Quickstart(console, started, Duration.ofSeconds(1), LONG);

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.run(installation(Behaviour.IS_NEVER_READY)))
                .withMessageStartingWith("the ApiServerSource was not ready within 1 s; ");
    }

    @Test
    void namesWhatWasNotDisplayed() {
        Quickstart quickstart = new Quickstart(console, started, LONG, Duration.ofSeconds(1));

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.run(installation(Behaviour.DELIVERS_NOTHING)))
                .withMessageStartingWith("not displayed within 1 s: [")
                .withMessageContaining("Started container busybox");
    }

    private static Installation installation(Behaviour adapter) {
        return new Installation(
                REPOSITORY,
                FakeController.command(FakeController.Behaviour.CONTROLS),
                FakeAdapter.command(adapter),
                EVENT_DISPLAY);
    }
}
