package dev.apiserversource.samples.heartbeats;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;

class HttpSenderTest {

    private static final Heartbeat EVENT = new Heartbeat(Map.of("id", "1"), "{}");

    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final Path token;
    private HttpServer sink;
    private HttpSender sender;

    HttpSenderTest(@TempDir Path folder) {
        token = folder.resolve("token");
    }

    @BeforeEach
    void start() throws IOException {
        sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        sink.start();
        sender = new HttpSender(
                URI.create("http://127.0.0.1:" + sink.getAddress().getPort()).toURL(), null, token);
    }

    @AfterEach
    void stop() {
        sink.stop(0);
    }

    @Test
    void eachEventHasTheTokenThatIsInTheFileThen() throws IOException {
        Files.writeString(token, "one\n");
        sender.send(EVENT);
        Files.writeString(token, "two");
        sender.send(EVENT);
        assertThat(authorizations).containsExactly("Bearer one", "Bearer two");
    }

    @Test
    void withoutTheFileNoTokenIsSent() throws IOException {
        sender.send(EVENT);
        assertThat(authorizations).containsExactly("null");
    }

    @Test
    void trustBundlesAreReadAndOtherFilesAreNot(@TempDir Path bundles) throws IOException {
        Files.writeString(bundles.resolve("ca.crt"), "-----BEGIN CERTIFICATE-----\n");
        Files.writeString(bundles.resolve("readme"), "none");
        assertThat(TrustedCertificates.read(bundles)).isEqualTo("-----BEGIN CERTIFICATE-----\n");
        assertThat(TrustedCertificates.read(bundles.resolve("missing"))).isEmpty();
    }
}
