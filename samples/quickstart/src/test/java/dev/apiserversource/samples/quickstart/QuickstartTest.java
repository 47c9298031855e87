package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class QuickstartTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(shown, true, StandardCharsets.UTF_8));
    private final Parts parts = new Parts();

    @AfterEach
    void close() {
        parts.close();
    }

    @Test
    void showsWhatHappensToBusyboxAndLeavesNothingBehind() throws Exception {
        Scene scene = new Quickstart(screen, parts, LONG, LONG).perform(FakeAdapter.command(Behaviour.DELIVERS));

        assertThat(shown())
                .contains("☁️  cloudevents.Event\n")
                .contains("\"message\": \"Created container busybox\"")
                .contains("\"message\": \"Started container busybox\"")
                .contains(scene.kubeconfig().toString())
                .endsWith("quickstart: all events of busybox were displayed\n");

        parts.close();

        assertThat(ProcessHandle.of(scene.adapter().pid())).isEmpty();
        assertThat(Files.exists(scene.kubeconfig().getParent())).isFalse();
    }

    @Test
    void staysUpUntilTheAdapterEnds() throws Exception {
        Quickstart quickstart = new Quickstart(screen, parts, LONG, LONG);
        Scene scene = Scene.start(parts, FakeAdapter.command(Behaviour.ENDS), screen::show);

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.stayUp(scene))
                .withMessageContaining("exit code 3");
        assertThat(shown()).contains("export KUBECONFIG=" + scene.kubeconfig() + "\n");
    }

    @Test
    void saysWhyTheAdapterEnded() {
        Quickstart quickstart = new Quickstart(screen, parts, LONG, LONG);

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.perform(FakeAdapter.command(Behaviour.ENDS)))
                .withMessage("the adapter ended with exit code 3; the adapter's last words:\nK_SINK is missing");
    }

    @Test
    void doesNotWaitForEverForTheAdapterToBeReady() {
        Quickstart quickstart = new Quickstart(screen, parts, Duration.ofSeconds(1), LONG);

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.perform(FakeAdapter.command(Behaviour.IS_NEVER_READY)))
                .withMessageStartingWith("the adapter was not ready within 1 s");
    }

    @Test
    void saysWhatWasNotDisplayed() {
        Quickstart quickstart = new Quickstart(screen, parts, LONG, Duration.ofSeconds(1));

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> quickstart.perform(FakeAdapter.command(Behaviour.DELIVERS_NOTHING)))
                .withMessageStartingWith("not displayed within 1 s: [")
                .withMessageContaining("Started container busybox");
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }
}
