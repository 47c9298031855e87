package dev.apiserversource.samples.eventviewer;

import dev.apiserversource.samples.eventviewer.StreamReader.Message;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;

class EventViewerTest {

    private static final String TEXT = "\"type\":\"t\",\"datacontenttype\":\"text/plain\",\"data\":";

    @ParameterizedTest
    @ValueSource(strings = {"/", "/app.js", "/style.css", "/icon.svg", "/stream-and-more", "/events/1/data"})
    void forbidsInlineScriptsAndForeignContentInEveryResponse(String path) throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of())) {
            HttpResponse<String> response = viewer.get(path);

            assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                    .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @Test
    void servesNoFileButThoseOfThePage() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of())) {
            assertThat(viewer.get("/").body()).contains("<title>Event viewer</title>");
            assertThat(viewer.get("/healthz").statusCode()).isEqualTo(204);
            for (String path : List.of("/../Page.class", "/page/app.js", "/%2e%2e/Page.class", "/events/x/data")) {
                assertThat(viewer.get(path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void acceptsEveryContentModeAndStreamsTheEvents() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of());
                StreamReader stream = viewer.stream("")) {
            HttpRequest binary = HttpRequest.newBuilder(viewer.uri("/any/path"))
                    .header("ce-specversion", "1.0")
                    .header("ce-type", "dev.knative.apiserver.ref.delete")
                    .header("ce-source", "/s")
                    .header("ce-id", "1")
                    .header("ce-zone", "a")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"exact\":1.10}"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(binary, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            viewer.accept("2", "\"type\":\"t\"");
            HttpRequest batch = HttpRequest.newBuilder(viewer.uri("/"))
                    .header("Content-Type", "application/cloudevents-batch+json")
                    .POST(BodyPublishers.ofString(
                            "[{\"specversion\":\"1.0\",\"type\":\"b\",\"source\":\"/s\",\"id\":\"3\"},"
                                    + "{\"specversion\":\"1.0\",\"type\":\"b\",\"source\":\"/s\",\"id\":\"4\"}]"))
                    .build();
            HttpClient.newHttpClient().send(batch, BodyHandlers.discarding());

            JsonObject first = stream.next("ce").data();
            assertThat(first.getJsonObject("attributes").getMap())
                    .containsEntry("type", "dev.knative.apiserver.ref.delete")
                    .containsEntry("datacontenttype", "application/json")
                    .containsEntry("zone", "a");
            assertThat(first.getString("category")).isEqualTo("delete");
            assertThat(first.getString("data")).isEqualTo("{\"exact\":1.10}");
            assertThat(stream.next("ce").data().containsKey("data")).isFalse();
            assertThat(stream.next("ce").data().getLong("seq")).isEqualTo(3);
            assertThat(stream.next("ce").data().getLong("seq")).isEqualTo(4);
            assertThat(viewer.post("5", "\"type\":\"\"").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void marksGapsAndRepeats() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of());
                StreamReader stream = viewer.stream("")) {
            viewer.accept("1", "\"type\":\"t\"");
            viewer.accept("2", "\"type\":\"dev.apiserversource.gap\"");
            viewer.accept("1", "\"type\":\"t\"");

            assertThat(stream.next("ce").data().containsKey("repeatOf")).isFalse();
            assertThat(stream.next("ce").data().getString("category")).isEqualTo("gap");
            assertThat(stream.next("ce").data().getLong("repeatOf")).isEqualTo(1);
        }
    }

    @Test
    void resumesAfterTheLastEventOfTheBrowser() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of())) {
            viewer.accept("1", "\"type\":\"t\"");
            viewer.accept("2", "\"type\":\"t\"");
            String id;
            try (StreamReader stream = viewer.stream("")) {
                id = stream.next("ce").id();
            }
            try (StreamReader stream = viewer.stream("?after=" + id)) {
                assertThat(stream.next("ce").data().getLong("seq")).isEqualTo(2);
            }
            try (StreamReader stream = viewer.stream("?after=another-1")) {
                assertThat(stream.next("ce").data().getLong("seq")).isEqualTo(1);
            }
        }
    }

    @Test
    void escapesWhatCouldForgeMessagesAndServesDataAsText() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of());
                StreamReader stream = viewer.stream("")) {
            String data = "<script>alert(1)</script>\n\nevent: hello\rdata: {}\u2028";
            viewer.accept("1", TEXT + JsonObject.of("d", data).encode().replaceAll("^\\{\"d\":|}$", ""));
            viewer.accept("2", TEXT + "\"\\ud800\"");

            assertThat(stream.next().name()).isEqualTo("hello");
            assertThat(stream.next("ce").data().getString("data")).isEqualTo(data);
            assertThat(stream.next("ce").data().getLong("seq")).isEqualTo(2);
            HttpResponse<String> whole = viewer.get("/events/1/data");
            assertThat(whole.body()).isEqualTo(data);
            assertThat(whole.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        }
    }

    @Test
    void streamsTheBeginningOfLongDataAndServesAll() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of());
                StreamReader stream = viewer.stream("")) {
            String data = "x".repeat(3 * Messages.PREVIEW);
            viewer.accept("1", TEXT + "\"" + data + "\",\"long\":\"" + data + "\"");

            JsonObject event = stream.next("ce").data();
            assertThat(event.getString("data")).isEqualTo("x".repeat(Messages.PREVIEW));
            assertThat(event.getBoolean("cut")).isTrue();
            assertThat(event.getBoolean("attributesCut")).isTrue();
            assertThat(event.getInteger("bytes")).isEqualTo(data.length());
            assertThat(viewer.get("/events/1/data").body()).isEqualTo(data);
        }
    }

    @Test
    void keepsNoMoreThanItsBounds() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of("MAX_EVENTS", "2"))) {
            for (int i = 1; i <= 3; i++) {
                viewer.accept("" + i, TEXT + "\"x\"");
            }

            assertThat(viewer.get("/events/1/data").body()).isEqualTo("event 1 is not kept any more\n");
            try (StreamReader stream = viewer.stream("")) {
                assertThat(stream.next("ce").data().getLong("seq")).isEqualTo(2);
            }
        }
    }

    /**
     * Without a bound every event would wait for the browser and none would be left out. The history holds 100 events
     * of 1,500; the buffers of the connection hold some hundred KiB of 24 MiB.
     */
    @Test
    void leavesOutEventsForASlowBrowserAndSaysWhich() throws Exception {
        int total = 1500;
        try (RunningViewer viewer = new RunningViewer(Map.of("MAX_EVENTS", "100"));
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), viewer.port()));
            socket.getOutputStream().write("GET /stream HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            awaitHead(socket);
            String data = TEXT + "\"" + "x".repeat(Messages.PREVIEW) + "\"";
            for (int i = 1; i <= total; i++) {
                viewer.accept("" + i, data);
            }

            StreamReader stream = new StreamReader(socket.getInputStream());
            long next = 1;
            long dropped = 0;
            while (next <= total) {
                Message message = stream.next();
                if (message.name().equals("dropped")) {
                    assertThat(message.data().getLong("from")).isEqualTo(next);
                    dropped += message.data().getLong("to") - next + 1;
                    next = message.data().getLong("to") + 1;
                } else if (message.name().equals("ce")) {
                    assertThat(message.data().getLong("seq")).isEqualTo(next);
                    next++;
                }
            }
            assertThat(dropped).isGreaterThan(total / 2);
        }
    }

    private static void awaitHead(Socket socket) throws Exception {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.0 200 ");
    }

    @Test
    void refusesTooManyListeners() throws Exception {
        List<StreamReader> streams = new ArrayList<>();
        try (RunningViewer viewer = new RunningViewer(Map.of())) {
            for (int i = 0; i < EventStreams.MAX_STREAMS; i++) {
                streams.add(viewer.stream(""));
            }
            assertThat(viewer.get("/stream").statusCode()).isEqualTo(503);
            for (StreamReader stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void passesEventsOnAndRepliesWhatTheSinkAnswers() throws Exception {
        List<String> received = new CopyOnWriteArrayList<>();
        try (RunningViewer sinkHost = new RunningViewer(Map.of())) {
            HttpServer sink = sinkHost.vertx()
                    .createHttpServer(
                            new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                    .requestHandler(request -> request.body().onSuccess(body -> {
                        received.add(request.path() + " " + request.getHeader("Authorization") + " " + body);
                        request.response()
                                .setStatusCode(received.size() == 1 ? 429 : 202)
                                .putHeader("Retry-After", "7")
                                .end();
                    }));
            RunningViewer.await(sink.listen());
            String uri = "http://127.0.0.1:" + sink.actualPort() + "/events?a=b";
            try (RunningViewer viewer = new RunningViewer(Map.of("FORWARD_TO", uri));
                    StreamReader stream = viewer.stream("")) {
                assertThat(stream.next("hello").data().getString("forwardTo")).isEqualTo(uri);
                HttpResponse<String> refused = viewer.post("1", "\"type\":\"t\"");

                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.headers().firstValue("Retry-After")).contains("7");
                assertThat(viewer.post("1", "\"type\":\"t\"").statusCode()).isEqualTo(202);
                assertThat(received).hasSize(2).allSatisfy(request -> assertThat(request)
                        .startsWith("/events null {\"specversion\":\"1.0\",")
                        .endsWith("\"id\":\"1\",\"type\":\"t\"}"));
                assertThat(stream.next("ce").data().getInteger("status")).isEqualTo(429);
                JsonObject repeat = stream.next("ce").data();
                assertThat(repeat.getInteger("status")).isEqualTo(202);
                assertThat(repeat.getLong("repeatOf")).isEqualTo(1);

                RunningViewer.await(sink.close());
                assertThat(viewer.post("2", "\"type\":\"t\"").statusCode()).isEqualTo(502);
            }
        }
    }

    @Test
    void countsPerSecondAndCategory() throws Exception {
        try (RunningViewer viewer = new RunningViewer(Map.of())) {
            viewer.accept("1", "\"type\":\"dev.knative.apiserver.resource.update\"");
            viewer.accept("1", "\"type\":\"dev.knative.apiserver.resource.update\"");
            try (StreamReader stream = viewer.stream("")) {
                long updates = 0;
                long repeats = 0;
                while (updates < 2) {
                    for (Object second : stream.next("rate").data().getJsonArray("counts")) {
                        updates += ((JsonArray) second).getLong(Category.UPDATE.column());
                        repeats += ((JsonArray) second).getLong(Category.COUNT);
                    }
                }
                assertThat(updates).isEqualTo(2);
                assertThat(repeats).isEqualTo(1);
            }
        }
    }
}
