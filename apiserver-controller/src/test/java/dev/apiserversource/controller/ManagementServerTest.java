package dev.apiserversource.controller;

import dev.apiserversource.controller.ManagementServer.Response;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;

class ManagementServerTest {

    @Test
    void statusFollowsTheSupplier() throws IOException, InterruptedException {
        AtomicBoolean ok = new AtomicBoolean();
        try (ManagementServer server = new ManagementServer(0)
                .route("/readiness", "text/plain", () -> new Response(ok.get(), "state"))
                .start()) {
            assertThat(get(server, "/readiness").statusCode()).isEqualTo(503);
            ok.set(true);
            assertThat(get(server, "/readiness").statusCode()).isEqualTo(200);
            assertThat(get(server, "/readiness").body()).isEqualTo("state");
            assertThat(get(server, "/other").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void standbyAndLeaderAreReady() {
        assertThat(ControllerRuntime.Phase.values())
                .filteredOn(ControllerRuntime.Phase::isReady)
                .containsExactly(ControllerRuntime.Phase.STANDBY, ControllerRuntime.Phase.LEADING);
    }

    private static HttpResponse<String> get(ManagementServer server, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
