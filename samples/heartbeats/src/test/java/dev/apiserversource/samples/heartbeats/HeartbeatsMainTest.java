package dev.apiserversource.samples.heartbeats;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as a process, with a sink that records requests. */
class HeartbeatsMainTest {

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private HttpServer sink;
    private int status = 202;

    private record Request(String method, String path, Headers headers, String body) {}

    @BeforeEach
    void start() throws Exception {
        sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.createContext("/", exchange -> {
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        sink.start();
    }

    @AfterEach
    void stop() {
        sink.stop(0);
    }

    @Test
    void oneShotSendsOneEventAndExitsWithCode0() throws Exception {
        Process program = program(
                "POD_NAME", "beat-1",
                "POD_NAMESPACE", "shop",
                "ONE_SHOT", "true",
                "K_SINK", url() + "/in?x=1",
                "K_CE_OVERRIDES", "{\"extensions\":{\"hello\":\"wörld 100%\"}}");
        assertThat(exitCode(program)).isZero();
        Request request = requests.remove();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/in?x=1");
        assertThat(request.body()).isEqualTo("{\"id\":1,\"label\":\"\"}");
        assertThat(header(request, "content-type")).isEqualTo("application/json");
        assertThat(header(request, "ce-specversion")).isEqualTo("1.0");
        assertThat(header(request, "ce-type")).isEqualTo("dev.knative.eventing.samples.heartbeat");
        assertThat(header(request, "ce-beats")).isEqualTo("true");
        assertThat(header(request, "ce-hello")).isEqualTo("w%C3%B6rld%20100%25");
        assertThat(requests).isEmpty();
    }

    /** So that the Job tries again. */
    @ParameterizedTest
    @CsvSource({"503", "404", "302"})
    void oneShotExitsWithCode1WhenTheSinkRefuses(int answer) throws Exception {
        status = answer;
        Process program = program("POD_NAME", "beat-1", "POD_NAMESPACE", "shop", "ONE_SHOT", "true", "K_SINK", url());
        assertThat(error(program)).contains("the sink answered " + answer);
        assertThat(exitCode(program)).isEqualTo(1);
    }

    @Test
    void exitsWithCode1AndOneSentenceForAnInvalidSetting() throws Exception {
        Process program = program("POD_NAME", "beat-1", "POD_NAMESPACE", "shop");
        assertThat(error(program)).startsWith("heartbeats: no sink").hasLineCount(1);
        assertThat(exitCode(program)).isEqualTo(1);
        Process untrusting = program(
                "POD_NAME", "beat-1", "POD_NAMESPACE", "shop", "K_SINK", "https://display", "K_CA_CERTS", "no PEM");
        assertThat(error(untrusting)).contains("K_CA_CERTS").hasLineCount(1);
        assertThat(exitCode(untrusting)).isEqualTo(1);
    }

    @Test
    void loadsNoLibraryThatIsSlowToStart() throws Exception {
        ProcessBuilder builder = builder("-Xlog:class+load");
        builder.environment().putAll(Map.of("POD_NAME", "b", "POD_NAMESPACE", "s", "ONE_SHOT", "1", "K_SINK", url()));
        Process program = builder.start();
        String loaded = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(exitCode(program)).isZero();
        assertThat(loaded)
                .contains("dev.apiserversource.samples.heartbeats.HttpSender")
                .doesNotContain("jdk.internal.net.http", "org.slf4j", "com.fasterxml.jackson.databind", "SSLContext ");
    }

    private String url() {
        return "http://127.0.0.1:" + sink.getAddress().getPort();
    }

    private static String header(Request request, String name) {
        return request.headers().getFirst(name);
    }

    private static Process program(String... variables) throws Exception {
        ProcessBuilder builder = builder("-XX:TieredStopAtLevel=1");
        for (int i = 0; i < variables.length; i += 2) {
            builder.environment().put(variables[i], variables[i + 1]);
        }
        return builder.start();
    }

    private static ProcessBuilder builder(String option) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                java.toString(),
                option,
                "-Dsun.jnu.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                HeartbeatsMain.class.getName());
    }

    private static String error(Process program) throws Exception {
        return new String(program.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static int exitCode(Process program) throws Exception {
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return program.exitValue();
    }
}
