package dev.apiserversource.controller.pingsource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.leader.LeaseSettings;
import dev.apiserversource.ping.PingAdapterConfig;
import io.fabric8.kubernetes.api.model.EnvVar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What the controller makes, read by the adapter's own readers. */
class PingContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOW = "2026-01-01T00:00:00Z";
    private static final PingAdapterTemplate TEMPLATE =
            new PingAdapterTemplate("ping:1", "system", 2, Map.of(), List.of());

    static List<Path> samples() {
        return PingSamples.files();
    }

    /** The source as the adapter reads it, after the controller has written its status. */
    private static JsonNode reconciled(PingSource source) {
        source.setStatus(PingStatus.of(source, PingSamples.sinks(source), ConditionValue.TRUE, NOW));
        return JSON.valueToTree(source);
    }

    private static DeliverySettings delivery(PingSource source) throws InvalidConfigException {
        return PingAdapterConfig.delivery(reconciled(source)).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsSentToItsSink(Path sample) throws InvalidConfigException {
        PingSource source = PingSamples.source(sample);
        assertThat(PingSpecCheck.problem(source)).isEmpty();
        assertThat(delivery(source).sink().url())
                .isEqualTo(URI.create("http://event-display.default.svc.cluster.local"));
    }

    @Test
    void theDeadLetterSinkReachesTheAdapter() throws InvalidConfigException {
        PingSource source = PingSamples.source(PingSamples.FOLDER.resolve("delivery.yaml"));
        assertThat(delivery(source).deadLetterSink()).hasValueSatisfying(address -> assertThat(address.url())
                .isEqualTo(URI.create("http://dead-letters.default.svc.cluster.local")));
    }

    @Test
    void audiencesAndIdentityReachTheAdapter() throws InvalidConfigException {
        PingSource source = PingSamples.source(PingSamples.FOLDER.resolve("oidc-sink.yaml"));
        DeliverySettings delivery = delivery(source);
        String account = "oidc-sink-oidc-sources.knative.dev-pingsource";
        assertThat(delivery.sink().identity()).hasValue(new SinkIdentity("default", account, "event-display"));
        assertThat(delivery.deadLetterSink().orElseThrow().identity())
                .hasValue(new SinkIdentity("default", account, "dead-letters"));
    }

    @Test
    void aSourceIsNotSentBeforeItsSinkIsResolved() throws InvalidConfigException {
        PingSource source = PingSamples.withSpec("{sink: {ref: {apiVersion: v1, kind: Gone, name: gone}}}");
        assertThat(PingAdapterConfig.delivery(reconciled(source))).isEmpty();
    }

    @Test
    void bothReadAnnotationsForFieldsThatKnativeRefuses() throws InvalidConfigException {
        PingSource source = PingSamples.withSpec("{sink: {uri: 'http://sink'}}");
        String delivery = "{\"retry\": 2, \"deadLetterSink\": {\"uri\": \"http://letters\"}}";
        PingSource annotated = PingSamples.annotated(
                source, Map.of("apiserversource.dev/delivery", delivery, "apiserversource.dev/catch-up", "PT1H"));
        assertThat(annotated.getSpec().catchUp()).isEqualTo("PT1H");

        ObjectNode stored = (ObjectNode) reconciled(annotated);
        stored.withObject("/spec").remove(List.of("delivery", "catchUp"));
        DeliverySettings read = PingAdapterConfig.delivery(stored).orElseThrow();
        assertThat(read.retry().retry()).hasValue(2);
        assertThat(read.deadLetterSink())
                .hasValueSatisfying(address -> assertThat(address.url()).isEqualTo(URI.create("http://letters")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"catch-up| soon", "catch-up| P8D", "delivery| 7", "delivery| {"})
    void bothRefuseAnAnnotation(String name, String value) {
        String annotation = "apiserversource.dev/" + name;
        PingSource source =
                PingSamples.annotated(PingSamples.withSpec("{sink: {uri: 'http://sink'}}"), Map.of(annotation, value));
        assertThat(PingSpecCheck.problem(source))
                .hasValueSatisfying(problem -> assertThat(problem).contains(annotation));
        source = PingSamples.withSpec("{sink: {uri: 'http://sink'}}");
        JsonNode stored = reconciled(source);
        ((ObjectNode) stored).withObject("/metadata/annotations").put(annotation, value);
        assertThatExceptionOfType(InvalidConfigException.class).isThrownBy(() -> PingAdapterConfig.delivery(stored));
    }

    @Test
    void theDeploymentConfiguresTheAdapter() throws InvalidConfigException {
        Map<String, String> environment = new HashMap<>();
        PingAdapterDeployment.desired(TEMPLATE, true)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getEnv()
                .forEach(variable -> environment.put(variable.getName(), value(variable)));
        FrameConfig frame = PingAdapterConfig.frame(environment);

        assertThat(frame.lease().map(LeaseSettings::name)).hasValue(leaseOfTheRole());
        assertThat(PingAdapterConfig.checkpoint(environment)).hasValue(leaseOfTheRole());
        assertThat(frame.namespace()).isEqualTo("metadata.namespace");
    }

    private static String value(EnvVar variable) {
        return variable.getValueFrom() == null
                ? variable.getValue()
                : variable.getValueFrom().getFieldRef().getFieldPath();
    }

    private static String leaseOfTheRole() {
        Map<String, Object> role = Repository.objects(Repository.RBAC.resolve("pingsource-adapter.yaml")).stream()
                .filter(object -> Objects.equals(object.get("kind"), "Role"))
                .findFirst()
                .orElseThrow();
        List<Map<String, Object>> rules = Repository.at(role, "rules");
        List<String> names = Repository.at(rules.get(0), "resourceNames");
        return names.get(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * * *",
                "*/15 0-23/2 1,15 JAN-mar 1-5",
                "10 0/1 * * * ?",
                "? ? ? ? ?",
                "5/20 * * * *",
                "@hourly",
                "@every 90s",
                "@every 1h30m",
                "CRON_TZ=Asia/Tokyo 0 9 * * *",
                " 0 9 * * * ",
                "TZ=UTC @daily",
                "0 0 29 2 *",
                "*/1 * * * *",
                "@every .5h",
                "@every 10ms"
            })
    void bothAcceptASchedule(String schedule) throws InvalidConfigException {
        PingSource source = PingSamples.withSpec("{schedule: '" + schedule + "', sink: {uri: 'http://sink'}}");
        assertThat(PingSpecCheck.problem(source)).isEmpty();
        assertThat(PingAdapterConfig.delivery(reconciled(source))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * *",
                "* * * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * 32 * *",
                "* * * 13 *",
                "* * * * 7",
                "5-1 * * * *",
                "*/0 * * * *",
                "*/00 * * * *",
                "a * * * *",
                "1,,2 * * * *",
                "@never",
                "@every",
                "@every 90",
                "@every -5s",
                "@every 99999999999h",
                "CRON_TZ=Mars/Phobos * * * * *",
                "CRON_TZ=Asia/Tokyo",
                "mon * * * *",
                "60 0 0 0 0 0",
                "@reboot"
            })
    void bothRefuseASchedule(String schedule) {
        assertBothRefuse("{schedule: '" + schedule + "', sink: {uri: 'http://sink'}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            timezone: Berlin
            timezone: '+02:00'
            data: a, dataBase64: YQ==
            data: '{', contentType: application/json
            data: '1 2', contentType: application/json
            data: '{', contentType: ' application/json'
            dataBase64: '%'
            dataBase64: YQ==, contentType: application/json
            jsonData: hello
            schedule: 'CRON_TZ=Asia/Tokyo * * * * *', timezone: UTC
            """)
    void bothRefuse(String fields) {
        assertBothRefuse("{" + fields + ", sink: {uri: 'http://sink'}}");
    }

    private static void assertBothRefuse(String spec) {
        PingSource source = PingSamples.withSpec(spec);
        assertThat(PingSpecCheck.problem(source)).isNotEqualTo(Optional.empty());
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> PingAdapterConfig.delivery(reconciled(source)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: '[1]', contentType: application/json",
                "data: '7', contentType: application/json",
                "jsonData: '\"text\"'",
                "dataBase64: AAECAw==",
                "data: '{', contentType: text/plain",
                "timezone: UTC",
                "timezone: America/Argentina/Buenos_Aires",
                "contentType: application/json"
            })
    void bothAccept(String fields) throws InvalidConfigException {
        PingSource source = PingSamples.withSpec("{" + fields + ", sink: {uri: 'http://sink'}}");
        assertThat(PingSpecCheck.problem(source)).isEmpty();
        assertThat(PingAdapterConfig.delivery(reconciled(source))).isPresent();
    }
}
