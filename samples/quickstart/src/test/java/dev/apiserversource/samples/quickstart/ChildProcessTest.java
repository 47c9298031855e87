package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import org.junit.jupiter.api.Test;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChildProcessTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();

    @Test
    void stopsAProcessWithSigterm() throws Exception {
        ChildProcess child = start(Behaviour.DELIVERS_NOTHING);

        child.stop(LONG);

        assertThat(child.exitCode()).isEqualTo(TERMINATED);
    }

    @Test
    void killsAProcessThatIgnoresSigterm() throws Exception {
        ChildProcess child = start(Behaviour.IGNORES_SIGTERM);

        child.stop(Duration.ofMillis(50));

        assertThat(child.exitCode()).isEqualTo(KILLED);
    }

    @Test
    void readsStandardOutputAndStandardErrorToTheLastLine() throws Exception {
        ChildProcess child = ChildProcess.start(
                List.of("sh", "-c", "echo $GREETING; echo wörld >&2"),
                Map.of("GREETING", "hello"),
                this::addLines,
                errors::add);

        assertThat(child.exitsWithin(LONG)).isTrue();

        assertThat(lines).containsExactly("hello");
        assertThat(errors).containsExactly("wörld\n");
    }

    @Test
    void hasReadAllOutputWhenTheProcessHasExited() throws Exception {
        ChildProcess child = ChildProcess.start(List.of("seq", "100000"), Map.of(), this::addLines, errors::add);

        assertThat(child.exitsWithin(LONG)).isTrue();

        assertThat(lines).hasSize(100_000);
    }

    @Test
    void inheritsNoVariables() throws Exception {
        ChildProcess child =
                ChildProcess.start(List.of("env"), Map.of("GREETING", "hello"), this::addLines, errors::add);

        assertThat(child.exitsWithin(LONG)).isTrue();

        assertThat(lines).containsExactly("GREETING=hello");
    }

    @Test
    void namesAProgramThatDoesNotExist() {
        assertThatThrownBy(() -> ChildProcess.start(List.of("/no/such/program"), Map.of(), this::addLines, errors::add))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("/no/such/program");
    }

    private void addLines(String block) {
        block.lines().forEach(lines::add);
    }

    private ChildProcess start(Behaviour behaviour) throws InterruptedException {
        ChildProcess child = ChildProcess.start(FakeAdapter.command(behaviour), Map.of(), this::addLines, errors::add);
        assertThat(lines.poll(LONG.toSeconds(), TimeUnit.SECONDS)).contains("probes listening");
        return child;
    }
}
