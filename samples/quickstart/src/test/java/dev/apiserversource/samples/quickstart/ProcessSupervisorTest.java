package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.FakeAdapter.Behaviour;
import dev.apiserversource.samples.quickstart.ProcessSupervisor.Supervised;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProcessSupervisorTest {

    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private final TestConsole console = new TestConsole();
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private ProcessSupervisor supervisor;

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void restartsAProcessThatExits() throws Exception {
        start(Duration.ofMillis(10), shell("echo hello; exit 3"));
        long first = console.nextProcess("part +process \\d+, log ");

        long second = console.nextProcess("part +exited with code 3, restarted after 0.01s: process \\d+, log ");

        assertThat(second).isNotEqualTo(first);
        assertThat(output.poll(120, TimeUnit.SECONDS)).isEqualTo("hello\n");
        assertThat(output.poll(120, TimeUnit.SECONDS)).isEqualTo("hello\n");
    }

    @Test
    void restartsAProcessThatIsKilled() throws Exception {
        start(Duration.ofMillis(10), shell("exec sleep 1000"));
        ProcessHandle first = ProcessHandle.of(console.nextProcess("part")).orElseThrow();

        first.destroyForcibly();

        long second = console.nextProcess("part +exited with code 137, restarted");
        assertThat(ProcessHandle.of(second)).isPresent();
    }

    @Test
    void doublesTheBackoffWithEachExit() throws Exception {
        start(Duration.ofMillis(10), shell("exit 0"));
        console.nextProcess("part");

        console.nextProcess("restarted after 0.01s");
        console.nextProcess("restarted after 0.02s");
        console.nextProcess("restarted after 0.04s");
    }

    @Test
    void doesNotRestartAProcessThatIsStopped() throws Exception {
        Supervised process = start(Duration.ZERO, FakeAdapter.command(Behaviour.DELIVERS_NOTHING));
        long pid = console.nextProcess("part");

        supervisor.stop(process);

        assertThat(console.nextProcess("part +process \\d+ stopped")).isEqualTo(pid);
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void stopsAllProcessesWhenItIsClosed() throws Exception {
        start(NEVER, shell("exec sleep 1000"));
        long pid = console.nextProcess("part");

        supervisor.close();

        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> supervisor.start("late", shell("true"), Map.of(), output::add));
    }

    @Test
    void namesTheLastExitAndTheLastLinesInAFailure() throws Exception {
        start(Duration.ofMillis(10), shell("echo no sink >&2; exit 3"));
        console.nextProcess("part");
        console.nextProcess("restarted");

        assertThat(supervisor.failure("not ready"))
                .hasMessageStartingWith("not ready; part exited with code 3; its last lines:\nno sink");
    }

    @Test
    void writesStandardOutputAndStandardErrorToTheLog() throws Exception {
        start(NEVER, shell("echo err >&2; echo out"));
        console.nextProcess("part");
        output.poll(120, TimeUnit.SECONDS);
        supervisor.close();

        assertThat(Files.readAllLines(folder.resolve("part-1.log"))).containsExactlyInAnyOrder("out", "err");
    }

    private Supervised start(Duration initialBackoff, List<String> command) {
        supervisor = new ProcessSupervisor(folder, console.console(), initialBackoff);
        return supervisor.start("part", command, Map.of("PATH", System.getenv("PATH")), output::add);
    }

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }
}
