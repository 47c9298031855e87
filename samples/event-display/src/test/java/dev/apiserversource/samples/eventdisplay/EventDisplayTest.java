package dev.apiserversource.samples.eventdisplay;

import dev.apiserversource.samples.eventreceiver.EventReceiver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class EventDisplayTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final io.vertx.core.http.HttpClient HTTP2 = VERTX.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    private static final SocketAddress ANY_PORT = SocketAddress.inetSocketAddress(0, "127.0.0.1");
    private static final List<String> PRINTED = new CopyOnWriteArrayList<>();
    private static EventDisplay display;

    @BeforeAll
    static void start() throws Exception {
        display = await(EventDisplay.start(VERTX, ANY_PORT, PRINTED::add));
    }

    @AfterAll
    static void stop() throws Exception {
        await(display.close());
        await(VERTX.close());
    }

    @BeforeEach
    void clear() {
        PRINTED.clear();
    }

    @Test
    void printsABinaryEventInKnativesFormat() throws Exception {
        HttpRequest.Builder request = request("/")
                .header("ce-specversion", "1.0")
                .header("ce-type", "dev.knative.apiserver.resource.add")
                .header("ce-source", "https://127.0.0.1:6443")
                .header("ce-subject", "/apis/v1/namespaces/default/events/busybox.159d7608e3a3572c")
                .header("ce-id", "1")
                .header("ce-time", "2026-01-01T00:00:00.5Z")
                .header("ce-kind", "Event")
                .header("ce-apiversion", "v1")
                .header("Content-Type", "application/json");

        assertThat(post(request, "{\"b\":1}").statusCode()).isEqualTo(200);

        assertThat(PRINTED).containsExactly("""
                ☁️  cloudevents.Event
                Context Attributes,
                  specversion: 1.0
                  type: dev.knative.apiserver.resource.add
                  source: https://127.0.0.1:6443
                  subject: /apis/v1/namespaces/default/events/busybox.159d7608e3a3572c
                  id: 1
                  time: 2026-01-01T00:00:00.5Z
                  datacontenttype: application/json
                Extensions,
                  apiversion: v1
                  kind: Event
                Data,
                  {
                    "b": 1
                  }
                """);
    }

    @Test
    void omitsEmptySections() throws Exception {
        assertThat(post(minimal("/"), "").statusCode()).isEqualTo(200);

        assertThat(PRINTED).containsExactly("""
                ☁️  cloudevents.Event
                Context Attributes,
                  specversion: 1.0
                  type: t
                  source: /s
                  id: 1
                """);
    }

    @Test
    void printsDataThatAreNotJsonAsText() throws Exception {
        post(minimal("/").header("Content-Type", "text/plain"), "one\ntwo {\"a\":1}");
        post(minimal("/"), "{\"a\":1}");

        assertThat(PRINTED.get(0)).endsWith("Data,\n  one\n  two {\"a\":1}\n");
        assertThat(PRINTED.get(1)).endsWith("  id: 1\nData,\n  {\"a\":1}\n");
    }

    @Test
    void readsTextInItsDeclaredCharset() throws Exception {
        HttpRequest.Builder request = minimal("/").header("Content-Type", "text/plain; charset=\"iso-8859-1\"");

        post(request.POST(BodyPublishers.ofByteArray("grün".getBytes(ISO_8859_1))));

        assertThat(PRINTED.get(0)).endsWith("Data,\n  grün\n");
    }

    @Test
    void printsInvalidJsonAsText() throws Exception {
        post(minimal("/").header("Content-Type", "application/json"), "{\"a\":");

        assertThat(PRINTED.get(0)).endsWith("Data,\n  {\"a\":\n");
    }

    @Test
    void printsTheDataSchemaBetweenTimeAndContentType() throws Exception {
        post(minimal("/")
                .header("ce-dataschema", "urn:s")
                .header("ce-time", "2026-01-01t00:00:00z")
                .header("Content-Type", "application/json"));

        assertThat(PRINTED.get(0)).endsWith("""
                  id: 1
                  time: 2026-01-01t00:00:00z
                  dataschema: urn:s
                  datacontenttype: application/json
                """);
    }

    @Test
    void decodesPercentEncodedAttributeValuesOnce() throws Exception {
        post(minimal("/")
                .header("ce-subject", "Z%C3%BCrich%20%E2%82%ac%2520 100% %zz")
                .header("ce-quoted", "\"a \\\"b\\\" \\\\\""));

        assertThat(PRINTED.get(0)).contains("  subject: Zürich €%20 100% %zz\n").contains("  quoted: a \"b\" \\\n");
    }

    @Test
    void acceptsAttributeValuesInPlainUtf8() throws Exception {
        String answer = exchange("""
                POST / HTTP/1.1
                Host: h
                Content-Length: 0
                Connection: close
                ce-specversion: 1.0
                ce-type: t
                ce-source: /s
                ce-id: grün

                """.replace("\n", "\r\n"));

        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(PRINTED.get(0)).contains("  id: grün\n");
    }

    @Test
    void preservesNumbersEscapesAndKeyOrder() throws Exception {
        HttpResponse<String> answer = post(structured(), """
                {"data": {"z": 12345678901234567890123, "a": 1.10, "m": 1E+2, "s": "\\u00fc \\"{[,:]}\\"",
                          "e": {}, "l": [ ], "n": [1,{"k":null}]},
                 "specversion":"1.0","type":"t","source":"/s","id":"1","beats":true,"the":42,"absent":null}
                """);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(PRINTED).containsExactly("""
                ☁️  cloudevents.Event
                Context Attributes,
                  specversion: 1.0
                  type: t
                  source: /s
                  id: 1
                Extensions,
                  beats: true
                  the: 42
                Data,
                  {
                    "z": 12345678901234567890123,
                    "a": 1.10,
                    "m": 1E+2,
                    "s": "\\u00fc \\"{[,:]}\\"",
                    "e": {},
                    "l": [],
                    "n": [
                      1,
                      {
                        "k": null
                      }
                    ]
                  }
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '´', textBlock = """
            "data":12345678901234567890.10                                       | 12345678901234567890.10
            "data": true                                                         | true
            "data":"t\\"ext"                                                     | "t\\"ext"
            "data":"t\\"ext","datacontenttype":"text/plain"                      | t"ext
            "datacontenttype":"text/plain","data":[1]                            | [;    1;  ]
            "data_base64":"eyJhIjoxfQ==","datacontenttype":"application/a+json"  | {;    "a": 1;  }
            "data":{"a":1.10},"datacontenttype":"application/vnd.b.v1+json"       | {;    "a": 1.10;  }
            "data":null,"data_base64":"YQ=="                                     | a
            "data_base64":"eyJhIjoxfQ=="                                         | {"a":1}
            """)
    void readsEveryFormOfStructuredData(String members, String printed) throws Exception {
        post(structured(), event("1", members));

        assertThat(PRINTED).hasSize(1);
        assertThat(PRINTED.get(0)).endsWith("Data,\n  " + printed.replace(";", "\n") + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-01T00:00:00.50Z", "2026-01-01t00:00:00z", "2026-01-01T00:00:00+00:00"})
    void printsTheTimeAsItWasSent(String time) throws Exception {
        post(minimal("/").header("ce-time", time));
        post(structured(), event("1", "\"time\":\"" + time + "\""));

        assertThat(PRINTED).hasSize(2).allMatch(text -> text.contains("  time: " + time + "\n"));
    }

    @Test
    void treatsNullDataAsAbsent() throws Exception {
        post(structured(), event("1", "\"data\":null"));

        assertThat(PRINTED.get(0)).doesNotContain("Data,");
    }

    @Test
    void printsTheEventsOfABatchInOrder() throws Exception {
        HttpResponse<String> answer =
                post(batch(), "[" + event("1", "\"data\":1") + "," + event("2", "\"data\":2") + "]");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(PRINTED).hasSize(2);
        assertThat(PRINTED.get(0)).contains("  id: 1\n");
        assertThat(PRINTED.get(1)).contains("  id: 2\n").endsWith("Data,\n  2\n");
    }

    @Test
    void acceptsAnEmptyBatch() throws Exception {
        assertThat(post(batch(), "[]").statusCode()).isEqualTo(200);
    }

    @Test
    void printsNothingOfABatchWithAMalformedEvent() throws Exception {
        HttpResponse<String> answer = post(batch(), "[" + event("1", "\"data\":1") + ",{\"specversion\":\"1.0\"}]");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(PRINTED).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '´', textBlock = """
            {                                                       | the body is no JSON
            ´´                                                      | an event is a JSON object
            []                                                      | an event is a JSON object
            {"type":"t","source":"/s","id":"1"}                     | Missing mandatory specversion attribute
            {+,"id":"1"}                                            | Missing mandatory source attribute
            {+,"source":"/s","id":1}                                | Wrong type NUMBER for attribute id
            {"specversion":"2.0","type":"t","source":"/s","id":"1"} | Invalid specversion: 2.0
            {"specversion":"0.3","type":"t","source":"/s","id":"1"} | only 1.0 is read here
            {+,"source":"a b","id":"1"} | Invalid attribute/extension value for "source": a b
            {+,"source":"/s","id":""}                               | id is empty
            {+,"source":"/s","id":"a\\nb"}                          | id contains a control character
            {*,"A":"b"}                                             | Invalid extensions name: A
            {*,"":"b"}                                              | '' is no attribute name
            {*,"a":1.5}                                             | Invalid attribute/extension type for "a"
            {*,"a":{}}                                              | a is neither a string, an integer nor a boolean
            {*,"time":"x"}                                          | Invalid attribute/extension value for "time": x
            {*,"id":"2"}                                            | Duplicate field 'id'
            {*} {}                                                  | there is more after the end
            {*,"data_base64":"?"}                                   | broken Base64 encoding
            {*,"data_base64":1}                                     | data_base64 is not a string
            {*,"data":1,"data_base64":"YQ=="}                       | cannot have both 'data' and 'data_base64'
            """)
    void answers400WithTheReasonToAMalformedStructuredEvent(String body, String reason) throws Exception {
        String written = body.replace("*", "+,\"source\":\"/s\",\"id\":\"1\"")
                .replace("+", "\"specversion\":\"1.0\",\"type\":\"t\"");
        HttpResponse<String> answer = post(structured(), written);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(reason);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(PRINTED).isEmpty();
    }

    @Test
    void answers400ToABatchThatIsNoArray() throws Exception {
        assertThat(post(batch(), event("1", "\"data\":1")).body()).contains("a batch is a JSON array");
        assertThat(post(batch(), "[1]").body()).contains("an event is a JSON object");
        assertThat(post(batch(), "[" + event("1", "\"data\":1")).statusCode()).isEqualTo(400);
    }

    @Test
    void answers400ToABodyThatIsNotUtf8() throws Exception {
        byte[] body = event("ü", "\"data\":1").getBytes(ISO_8859_1);

        assertThat(post(structured().POST(BodyPublishers.ofByteArray(body))).body())
                .contains("not UTF-8");
    }

    @Test
    void answers400WithTheReasonToAMalformedBinaryEvent() throws Exception {
        assertThat(post(request("/").header("ce-id", "1")).body()).contains("Invalid content type or spec version");
        assertThat(post(minimal("/").header("ce-id", "2")).body()).contains("ce-id is there more than once");
        assertThat(post(minimal("/").header("ce-a-b", "2")).body()).contains("Invalid extensions name: a-b");
        assertThat(post(minimal("/").header("ce-data", "2")).body()).contains("'data' is no attribute name");
        assertThat(post(minimal("/").header("ce-a", "%FF")).body()).contains("ce-a is not UTF-8");
        assertThat(post(minimal("/").header("ce-a", "%0A")).body()).contains("a contains a control character");
        assertThat(PRINTED).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data"})
    void answers400ToABinaryEventThatLacksAnAttribute(String body) throws Exception {
        HttpRequest.Builder request = request("/")
                .header("ce-specversion", "1.0")
                .header("ce-id", "1")
                .header("ce-type", "t");

        HttpResponse<String> answer = post(request, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("Attribute 'source' cannot be null\n");
    }

    @Test
    void answers400ToABinaryEventOfAnotherSpecVersion() throws Exception {
        HttpRequest.Builder request = request("/")
                .header("ce-specversion", "0.3")
                .header("ce-id", "1")
                .header("ce-type", "t")
                .header("ce-source", "/s");

        assertThat(post(request).body()).contains("only 1.0 is read here");
    }

    @Test
    void replacesControlCharactersInAReason() throws Exception {
        assertThat(post(minimal("/").header("ce-time", "x%0AERROR")).body()).endsWith("\"time\": x?ERROR\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/cloudevents+xml", "application/cloudevents-batch+avro"})
    void answers415ToUnsupportedContent(String contentType) throws Exception {
        HttpResponse<String> answer = post(request("/").header("Content-Type", contentType), "{}");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).isNotBlank();
    }

    @Test
    void answers413BeforeTheEndOfABodyThatIsTooLong() throws Exception {
        String head = "POST / HTTP/1.1\r\nHost: h\r\nce-id: 1\r\nContent-Length: 1000000000\r\n\r\n";

        assertThat(exchange(head + "x".repeat(EventReceiver.MAX_BODY + 1))).startsWith("HTTP/1.1 413 ");
        assertThat(PRINTED).isEmpty();
    }

    @Test
    void rejectsOneRequestAndServesTheOthersOfAnHttp2Connection() throws Exception {
        HttpClientRequest begun = http2Request();
        begun.setChunked(true).putHeader("Content-Type", "application/cloudevents+json");
        await(begun.write("{\"specversion\":\"1.0\",\"type\":\"t\","));

        HttpClientRequest tooLong = http2Request();
        await(tooLong.setChunked(true).write(Buffer.buffer(new byte[EventReceiver.MAX_BODY + 1])));
        HttpClientResponse rejected = await(tooLong.response());
        await(begun.end("\"source\":\"/s\",\"id\":\"1\"}"));

        assertThat(rejected.statusCode()).isEqualTo(413);
        assertThat(await(begun.response()).statusCode()).isEqualTo(200);
        assertThat(await(http2Request().send()).request().connection()).isSameAs(begun.connection());
    }

    @Test
    void acceptsTheLongestBodyAllowed() throws Exception {
        HttpRequest.Builder request = minimal("/").POST(BodyPublishers.ofByteArray(new byte[EventReceiver.MAX_BODY]));

        assertThat(post(request).statusCode()).isEqualTo(200);
    }

    @Test
    void servesOthersAfterAClientDisconnects() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), display.port())) {
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc".getBytes(UTF_8));
        }

        assertThat(post(minimal("/")).statusCode()).isEqualTo(200);
        assertThat(PRINTED).hasSize(1);
    }

    @Test
    void answers500WhenAnEventCannotBePrinted() throws Exception {
        EventDisplay broken = await(EventDisplay.start(VERTX, ANY_PORT, text -> {
            throw new IllegalStateException("no paper");
        }));
        HttpRequest.Builder request = minimal("/").uri(URI.create("http://127.0.0.1:" + broken.port()));

        assertThat(post(request).statusCode()).isEqualTo(500);

        await(broken.close());
    }

    @Test
    void acceptsEventsOnAnyPath() throws Exception {
        assertThat(post(minimal("/any/path?a=b")).statusCode()).isEqualTo(200);
        assertThat(PRINTED).hasSize(1);
    }

    @Test
    void answers405ToOtherMethods() throws Exception {
        HttpResponse<String> answer = CLIENT.send(request("/").GET().build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("POST");
        assertThat(answer.body()).contains("POST CloudEvents here");
    }

    @Test
    void answersTheHealthProbe() throws Exception {
        HttpResponse<String> answer = CLIENT.send(request("/healthz").GET().build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(204);
    }

    @Test
    void printsConcurrentEventsOneAtATime() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 100)
                .mapToObj(i -> CLIENT.sendAsync(
                        minimal("/")
                                .header("ce-n", Integer.toString(i))
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString()))
                .toList();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }

        assertThat(PRINTED)
                .hasSize(100)
                .allMatch(text -> text.startsWith("☁️  ") && text.lines().count() == 8);
    }

    private static HttpClientRequest http2Request() throws Exception {
        return await(HTTP2.request(HttpMethod.POST, display.port(), "127.0.0.1", "/"))
                .putHeader("ce-id", "1");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + display.port() + path));
    }

    private static HttpRequest.Builder minimal(String path) {
        HttpRequest.Builder request = request(path);
        Map.of("specversion", "1.0", "type", "t", "source", "/s", "id", "1")
                .forEach((name, value) -> request.header("CE-" + name, value));
        return request;
    }

    private static HttpRequest.Builder structured() {
        return request("/").header("Content-Type", "application/cloudevents+json; charset=UTF-8");
    }

    private static HttpRequest.Builder batch() {
        return request("/").header("Content-Type", "application/cloudevents-batch+json");
    }

    private static String event(String id, String members) {
        return "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"" + id + "\"," + members + "}";
    }

    private static HttpResponse<String> post(HttpRequest.Builder request, String body) throws Exception {
        return post(request.POST(BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> post(HttpRequest.Builder request) throws Exception {
        HttpRequest built = request.build();
        return CLIENT.send(
                built.method().equals("POST")
                        ? built
                        : request.POST(BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }

    private static String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), display.port())) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
