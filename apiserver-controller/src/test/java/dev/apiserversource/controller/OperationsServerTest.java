package dev.apiserversource.controller;

import dev.apiserversource.controller.OperationsServer.Answer;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;

class OperationsServerTest {

    @Test
    void answersAsTheSupplierSays() throws IOException, InterruptedException {
        AtomicBoolean good = new AtomicBoolean();
        try (OperationsServer server = new OperationsServer(0)
                .answering("/readiness", "text/plain", () -> new Answer(good.get(), "state"))
                .start()) {
            assertThat(get(server, "/readiness").statusCode()).isEqualTo(503);
            good.set(true);
            assertThat(get(server, "/readiness").statusCode()).isEqualTo(200);
            assertThat(get(server, "/readiness").body()).isEqualTo("state");
            assertThat(get(server, "/other").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void standbyAndLeaderAreReady() {
        assertThat(Phase.values()).filteredOn(Phase::isReady).containsExactly(Phase.STANDBY, Phase.LEADING);
    }

    private static HttpResponse<String> get(OperationsServer server, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
