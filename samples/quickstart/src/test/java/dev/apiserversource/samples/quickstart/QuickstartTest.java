package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class QuickstartTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Path REPOSITORY = Path.of("..", "..");

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(shown, true, StandardCharsets.UTF_8));
    private final Parts parts = new Parts();

    @AfterEach
    void close() {
        parts.close();
    }

    @Test
    void showsWhatHappensToBusyboxAndLeavesNothingBehind() throws Exception {
        Scene scene = new Quickstart(screen, parts, LONG, LONG).perform(installation(Behaviour.DELIVERS));

        assertThat(shown())
                .contains("kubectl apply -f samples/apiserversource/events-resource.yaml")
                .contains("the ApiServerSource is ready")
                .contains("☁️  cloudevents.Event\n")
                .contains("\"message\": \"Created container busybox\"")
                .contains("\"message\": \"Started container busybox\"")
                .contains(scene.kubeconfig().toString())
                .endsWith("quickstart: all events of busybox were displayed\n");

        parts.close();

        assertThat(shown()).containsPattern("adapter +process \\d+");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
        assertThat(Files.exists(scene.kubeconfig().getParent())).isFalse();
    }

    @Test
    void staysUpUntilOneOfTheProgramsEnds() throws Exception {
        Quickstart quickstart = new Quickstart(screen, parts, LONG, LONG);
        Scene scene = Scene.start(parts, installation(Behaviour.ENDS), screen, screen::show);

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.stayUp(scene))
                .withMessageContaining("exit code 3");
        assertThat(shown())
                .contains("export KUBECONFIG=" + scene.kubeconfig() + "\n")
                .contains("kubectl get apiserversource\n");
    }

    @Test
    void saysWhyTheControllerEnded() {
        Quickstart quickstart = new Quickstart(screen, parts, LONG, LONG);
        Installation installation = new Installation(
                REPOSITORY,
                FakeController.command(FakeController.Behaviour.ENDS),
                FakeAdapter.command(Behaviour.DELIVERS));

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.perform(installation))
                .withMessage("the controller ended with exit code 2; "
                        + "the controller's last words:\nthe CRD is not installed");
    }

    @Test
    void saysWhyTheAdapterEnded() {
        Quickstart quickstart = new Quickstart(screen, parts, LONG, LONG);

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.perform(installation(Behaviour.ENDS)))
                .withMessage("the adapter ended with exit code 3; the adapter's last words:\nK_SINK is missing");
    }

    @Test
    void doesNotWaitForEverForTheSourceToBeReady() {
        Quickstart quickstart = new Quickstart(screen, parts, Duration.ofSeconds(1), LONG);

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.perform(installation(Behaviour.IS_NEVER_READY)))
                .withMessageStartingWith("the ApiServerSource was not ready within 1 s; the controller's last words:");
    }

    @Test
    void saysWhatWasNotDisplayed() {
        Quickstart quickstart = new Quickstart(screen, parts, LONG, Duration.ofSeconds(1));

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.perform(installation(Behaviour.DELIVERS_NOTHING)))
                .withMessageStartingWith("not displayed within 1 s: [")
                .withMessageContaining("Started container busybox");
    }

    private static Installation installation(Behaviour adapter) {
        return new Installation(
                REPOSITORY, FakeController.command(FakeController.Behaviour.CONTROLS), FakeAdapter.command(adapter));
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }
}
