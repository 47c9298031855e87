package dev.apiserversource.frame;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The exit codes of a program that runs a source. */
class AdapterRunnerTest {

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void kill() {
        processes.forEach(Process::destroyForcibly);
    }

    /** A program of one's own. */
    static final class Program {

        private record Source(String behavior, AdapterContext context) implements SourceAdapter {

            @Override
            public void start() {
                if (behavior.equals("fatal")) {
                    context.fatal().accept("no work");
                }
            }

            @Override
            public void drain() {}

            @Override
            public Future<Void> stop() {
                boolean endless = behavior.equals("endless");
                return endless ? Promise.<Void>promise().future() : Future.succeededFuture();
            }
        }

        public static void main(String[] args) {
            AdapterRunner.run(env -> env.required("BEHAVIOR", "name one"), Source::new);
        }
    }

    private Process start(Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                // Knative's controller mounts no writable folder, and the root of the container is read-only.
                "-Djava.io.tmpdir=/dev/null/tmp",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName());
        builder.redirectErrorStream(true).environment().putAll(environment);
        builder.environment()
                .putAll(Map.of(
                        "NAME",
                        "mine",
                        "NAMESPACE",
                        "default",
                        "PROBES_PORT",
                        "0",
                        "METRICS_PORT",
                        "0",
                        "LOG_FORMAT",
                        "text"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Process start(String behavior) throws IOException {
        return start(Map.of("K_SINK", "http://localhost", "BEHAVIOR", behavior));
    }

    /** Reads the log up to a line with {@code text}. */
    private static void awaitLog(BufferedReader log, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("no '" + text + "' in " + lines);
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        return process.exitValue();
    }

    /** SIGTERM; unlike {@link Process#destroy} it leaves our end of the output open. */
    private static void terminate(Process process) {
        process.toHandle().destroy();
    }

    @Test
    void isZeroAfterADrain() throws Exception {
        Process process = start("normal");
        awaitLog(process.inputReader(), "probes listening");
        terminate(process);

        assertThat(exitCode(process)).isZero();
    }

    @Test
    void is143AfterASecondSignal() throws Exception {
        Process process = start("endless");
        BufferedReader log = process.inputReader();
        awaitLog(log, "probes listening");
        terminate(process);
        awaitLog(log, "draining");
        terminate(process);

        assertThat(exitCode(process)).isEqualTo(143);
    }

    @Test
    void isOneWithAnInvalidConfigurationAndAllErrorsAreLogged() throws Exception {
        Process process = start(Map.of());
        BufferedReader log = process.inputReader();
        awaitLog(log, "K_SINK: is not set");
        awaitLog(log, "BEHAVIOR: is not set");

        assertThat(exitCode(process)).isEqualTo(1);
    }

    @Test
    void isOneAfterAFatalError() throws Exception {
        Process process = start("fatal");
        awaitLog(process.inputReader(), "exiting: fatal error detail=\"no work\"");

        assertThat(exitCode(process)).isEqualTo(1);
    }

    @Test
    void theUserAndPasswordOfTheSinkAreNotLogged() {
        assertThat(AdapterRunner.withoutUserInfo(URI.create("https://user:secret@sink.test/path?a=b")))
                .isEqualTo("https://sink.test/path?a=b");
        assertThat(AdapterRunner.withoutUserInfo(URI.create("http://sink.test")))
                .isEqualTo("http://sink.test");
    }
}
