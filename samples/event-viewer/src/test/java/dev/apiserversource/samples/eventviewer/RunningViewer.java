package dev.apiserversource.samples.eventviewer;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A viewer on a free port, and clients of it. */
final class RunningViewer implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final EventViewer viewer;

    /** Starts a viewer with the variables {@code environment}, beside HOST and PORT. */
    RunningViewer(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("HOST", "127.0.0.1");
        all.put("PORT", "0");
        viewer = new EventViewer(Settings.of(all), Clock.systemUTC());
        await(vertx.deployVerticle(viewer));
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return viewer.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    /** Sends an event in structured mode; {@code members} beside specversion, source and id. */
    HttpResponse<String> post(String id, String members) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/"))
                .header("Content-Type", "application/cloudevents+json")
                .POST(BodyPublishers.ofString(
                        "{\"specversion\":\"1.0\",\"source\":\"/s\",\"id\":\"" + id + "\"," + members + "}"))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Sends an event that must be accepted. */
    void accept(String id, String members) throws Exception {
        assertThat(post(id, members).statusCode()).isEqualTo(200);
    }

    /** Sends what a receive adapter would, for an object of {@code kind}; must be accepted. */
    void change(String id, String verb, String kind, String namespace, String name, String data) throws Exception {
        accept(id, """
                "type":"dev.knative.apiserver.resource.%s","subject":"/apis/v1/namespaces/%s/x/%s","kind":"%s",\
                "apiversion":"v1","namespace":"%s","name":"%s","resourceversion":"7",\
                "datacontenttype":"application/json","data":%s\
                """.formatted(verb, namespace, name, kind, namespace, name, data));
    }

    /** Listens to the events; {@code query} such as "?after=…" or empty. */
    StreamReader stream(String query) throws Exception {
        return new StreamReader(
                client.send(HttpRequest.newBuilder(uri("/stream" + query)).build(), BodyHandlers.ofInputStream())
                        .body());
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
