package dev.apiserversource.samples.eventdisplay;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EventDisplayMainTest {

    private static final Pattern PORT = Pattern.compile("port=(\\d+)");

    @Test
    void listensOn8080ByDefault() {
        assertThat(EventDisplayMain.port(null)).isEqualTo(8080);
        assertThat(EventDisplayMain.port(" ")).isEqualTo(8080);
        assertThat(EventDisplayMain.port("9000")).isEqualTo(9000);
        assertThat(EventDisplayMain.port("0")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "-1", "65536"})
    void namesAnInvalidVariable(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventDisplayMain.port(value))
                .withMessageContaining("PORT is '" + value + "'");
    }

    @Test
    void exitsWithCode1WhenItCannotStart() throws Exception {
        assertExitsWithCode1(start(Map.of("PORT", "nowhere")), "PORT is 'nowhere'");
    }

    @Test
    void listensOnlyOnTheHostThatIsGiven() throws Exception {
        // Of the block reserved for documentation: no address of this machine.
        assertExitsWithCode1(start(Map.of("HOST", "192.0.2.1", "PORT", "0")), "cannot listen on 192.0.2.1:0");
    }

    @Test
    void printsUtf8InAnyLocaleAndExitsOnSigterm() throws Exception {
        Process program = start(Map.of("PORT", "0"));
        try (BufferedReader log = program.errorReader(StandardCharsets.UTF_8)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + announcedPort(log)))
                    .header("Content-Type", "application/cloudevents+json")
                    .POST(BodyPublishers.ofString(
                            "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"ü\"}"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);

            // SIGTERM; Process.destroy() would close its output too.
            program.toHandle().destroy();

            assertThat(text(program.getInputStream()))
                    .startsWith("☁️  cloudevents.Event\n")
                    .endsWith("  id: ü\n");
            assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(log.lines()).noneMatch(line -> line.contains("ERROR") || line.contains("not closed"));
        } finally {
            program.destroyForcibly();
        }
    }

    private static void assertExitsWithCode1(Process program, String reason) throws Exception {
        assertThat(text(program.getErrorStream())).contains(reason);
        assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(1);
    }

    private static Process start(Map<String, String> environment) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
                java.toString(), "-cp", System.getProperty("java.class.path"), EventDisplayMain.class.getName());
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private static int announcedPort(BufferedReader log) throws Exception {
        String line = log.readLine();
        while (line != null) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return Integer.parseInt(port.group(1));
            }
            line = log.readLine();
        }
        throw new AssertionError("the program exited without logging its port");
    }

    private static String text(InputStream stream) throws Exception {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
}
