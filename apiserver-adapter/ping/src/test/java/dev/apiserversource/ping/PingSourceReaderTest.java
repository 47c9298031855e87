package dev.apiserversource.ping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PingSourceReaderTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant TICK = Instant.parse("2026-01-02T03:04:00Z");

    private final PingSourceReader reader = new PingSourceReader(Map.of("K_SINK_TIMEOUT", "7", "K_SINK", "http://no"));

    private static ObjectNode object(String spec) {
        return json("""
                {"metadata":{"namespace":"default","name":"ping","uid":"u-1","creationTimestamp":"2026-01-01T00:00:00Z"}
                 ,
                 "spec":%s,
                 "status":{"sinkUri":"http://sink.default"}}""".formatted(spec));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private PingSource read(ObjectNode object) {
        try {
            return reader.read(object).orElseThrow();
        } catch (InvalidConfigException e) {
            throw new AssertionError(e);
        }
    }

    private CloudEvent event(String spec) {
        return read(object(spec)).events().at(TICK);
    }

    private static String data(CloudEvent event) {
        return event.getData() == null ? "" : new String(event.getData().toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theEventOfATickHasKnativesAttributes() {
        CloudEvent event = event("{\"schedule\":\"* * * * *\"}");

        assertThat(event.getType()).isEqualTo("dev.knative.sources.ping");
        assertThat(event.getSource()).isEqualTo(URI.create("/apis/v1/namespaces/default/pingsources/ping"));
        assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse("2026-01-02T03:04:00Z"));
        assertThat(event.getId()).isEqualTo("u-1-1767323040");
        assertThat(event.getSubject()).isNull();
        assertThat(event.getDataContentType()).isNull();
        assertThat(event.getData()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"data":"hello "}                                              |                  | `hello `
            {"data":"<a/>","contentType":"text/xml"}                       | text/xml         | <a/>
            {"data":"[1,2]","contentType":"application/json"}              | application/json | [1,2]
            {"data":"7","contentType":"application/json"}                  | application/json | 7
            {"dataBase64":"aGVsbG8sIHdvcmxkIQ==","contentType":"text/plain"} | text/plain     | hello, world!
            {"jsonData":"{\\"message\\":\\"hi\\"}"}                        | application/json | {"message":"hi"}
            {"jsonData":"\\"text\\""}                                      | application/json | "text"
            """)
    void dataIsDecoded(String spec, String contentType, String data) {
        CloudEvent event = event(spec);

        assertThat(event.getDataContentType()).isEqualTo(contentType);
        assertThat(data(event)).isEqualTo(data);
    }

    @Test
    void overridesReplaceAttributes() {
        CloudEvent event = event("{\"ceOverrides\":{\"extensions\":{\"hello\":\"world\",\"type\":\"my.type\"}}}");

        assertThat(event.getExtension("hello")).isEqualTo("world");
        assertThat(event.getType()).isEqualTo("my.type");
    }

    @Test
    void theScheduleIsEveryMinuteInUtcByDefault() {
        PingSource.Timetable timetable = read(object("{}")).timetable();

        assertThat(timetable.schedule().next(TICK)).hasValue(TICK.plusSeconds(60));
        assertThat(timetable.since()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(timetable.catchUp()).isZero();
    }

    @Test
    void readsTimezoneAndCatchUp() {
        PingSource.Timetable timetable = read(object(
                        "{\"schedule\":\"0 9 * * *\",\"timezone\":\"Asia/Tokyo\",\"catchUp\":\"PT2H\"}"))
                .timetable();

        assertThat(timetable.schedule().next(TICK)).hasValue(Instant.parse("2026-01-03T00:00:00Z"));
        assertThat(timetable.catchUp()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void deliveryIsThatOfTheSource() {
        ObjectNode object = object("""
                {"delivery":{"retry":3,"backoffDelay":"PT1S","deadLetterSink":{"ref":{"name":"dls"}}}}""");
        object.withObject("/status/annotations").put("deadLetterSinkUri", "http://dls.default");

        DeliverySettings delivery = read(object).delivery();
        assertThat(delivery.sink()).isEqualTo(SinkAddress.of(URI.create("http://sink.default")));
        assertThat(delivery.deadLetterSink()).hasValue(SinkAddress.of(URI.create("http://dls.default")));
        assertThat(delivery.retry().retry()).isEqualTo(OptionalInt.of(3));
        assertThat(delivery.namespace()).isEqualTo("default");
        assertThat(delivery.timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aSourceWithoutSinkIsNotReadyYet() throws InvalidConfigException {
        ObjectNode object = object("{}");
        object.putObject("status");
        assertThat(reader.read(object)).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"schedule":"* * *"}                                | spec.schedule
            {"schedule":"@daily","timezone":"Berlin"}           | 'Berlin' is no time zone
            {"data":"a","dataBase64":"YQ=="}                    | spec.dataBase64: is set beside data
            {"dataBase64":"%"}                                  | spec.dataBase64: is not base64
            {"data":"{","contentType":"application/json"}       | spec.data: is not JSON
            {"data":"1 2","contentType":"application/json"}     | spec.data: is not JSON
            {"jsonData":"hello"}                                | spec.jsonData: is not JSON
            {"catchUp":"soon"}                                  | spec.catchUp
            {"delivery":{"retry":-1}}                           | spec.delivery.retry
            """)
    void saysWhatIsWrongWithASource(String spec, String problem) {
        assertThatThrownBy(() -> reader.read(object(spec)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void annotationsHaveWhatTheWebhookOfKnativeRefuses() {
        ObjectNode object = object("{}");
        object.withObject("/metadata/annotations")
                .put("apiserversource.dev/delivery", "{\"retry\":3}")
                .put("apiserversource.dev/catch-up", "PT2H");
        PingSource source = read(object);
        assertThat(source.delivery().retry().retry()).hasValue(3);
        assertThat(source.timetable().catchUp()).isEqualTo(Duration.ofHours(2));

        object.withObject("/spec").put("catchUp", "PT1H").putObject("delivery").put("retry", 4);
        PingSource field = read(object);
        assertThat(field.delivery().retry().retry()).hasValue(4);
        assertThat(field.timetable().catchUp()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void anAnnotationThatIsNotJsonIsRefused() {
        ObjectNode object = object("{}");
        object.withObject("/metadata/annotations").put("apiserversource.dev/delivery", "{");
        assertThatThrownBy(() -> reader.read(object)).hasMessageContaining("spec.delivery");
    }

    @Test
    void aSourceWaitsForTheAddressOfItsDeadLetterSink() throws InvalidConfigException {
        ObjectNode object = object("{\"delivery\":{\"deadLetterSink\":{\"uri\":\"http://letters\"}}}");
        assertThat(reader.read(object)).isEmpty();
        object.withObject("/status/annotations").put("deadLetterSinkUri", "http://letters");
        assertThat(reader.read(object)).isPresent();
    }
}
