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

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @Test
    void asksTheProgramToEnd() throws Exception {
        ChildProcess child = start(Behaviour.DELIVERS_NOTHING);

        child.stop(LONG);

        assertThat(child.exitValue()).isEqualTo(TERMINATED);
    }

    @Test
    void endsAProgramThatDoesNotWantTo() throws Exception {
        ChildProcess child = start(Behaviour.IGNORES_SIGTERM);

        child.stop(Duration.ofMillis(50));

        assertThat(child.exitValue()).isEqualTo(KILLED);
    }

    @Test
    void readsBothOutputsToTheLastLine() throws Exception {
        ChildProcess child = ChildProcess.start(
                List.of("sh", "-c", "echo $GREETING; echo wörld >&2"), Map.of("GREETING", "hello"), lines::add);

        assertThat(child.endsWithin(LONG)).isTrue();

        assertThat(lines).containsExactly("hello", "wörld");
    }

    @Test
    void hasReadEverythingWhenTheProgramHasEnded() throws Exception {
        ChildProcess child = ChildProcess.start(List.of("seq", "100000"), Map.of(), lines::add);

        assertThat(child.endsWithin(LONG)).isTrue();

        assertThat(lines).hasSize(100_000);
    }

    @Test
    void handsNothingOfItsOwnEnvironmentOn() throws Exception {
        ChildProcess child = ChildProcess.start(List.of("env"), Map.of("GREETING", "hello"), lines::add);

        assertThat(child.endsWithin(LONG)).isTrue();

        assertThat(lines).containsExactly("GREETING=hello");
    }

    @Test
    void namesAProgramThatIsNotThere() {
        assertThatThrownBy(() -> ChildProcess.start(List.of("/no/such/program"), Map.of(), lines::add))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("/no/such/program");
    }

    private ChildProcess start(Behaviour behaviour) throws InterruptedException {
        ChildProcess child = ChildProcess.start(FakeAdapter.command(behaviour), Map.of(), lines::add);
        assertThat(lines.poll(LONG.toSeconds(), TimeUnit.SECONDS)).contains("probes listening");
        return child;
    }
}
