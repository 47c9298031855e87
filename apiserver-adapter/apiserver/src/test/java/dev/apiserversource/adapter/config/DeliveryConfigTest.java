package dev.apiserversource.adapter.config;

import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.RetrySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import dev.apiserversource.frame.delivery.TestAuthority;
import dev.apiserversource.frame.time.Backoff.Growth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** {@code K_SOURCE_CONFIG.delivery} as settings, read with the whole configuration. */
class DeliveryConfigTest {

    @Test
    void readsEveryField(@TempDir Path directory) throws InvalidConfigException {
        String pem = TestAuthority.create(directory, "ca").pem();
        String escaped = pem.replace("\n", "\\n").replace("\r", "");
        DeliverySettings settings = read("""
                {"retry":5,"backoffPolicy":"linear","backoffDelay":"PT0.5S","timeout":"PT10S","retryAfterMax":"PT60S",
                 "deadLetterSink":{"uri":"https://letters.ns/in","CACerts":"%s"}}""".formatted(escaped));

        assertThat(settings.retry())
                .isEqualTo(new RetrySettings(
                        OptionalInt.of(5),
                        Growth.LINEAR,
                        Optional.of(Duration.ofMillis(500)),
                        Optional.of(Duration.ofMinutes(1))));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.deadLetterSink())
                .contains(new SinkAddress(
                        URI.create("https://letters.ns/in"),
                        Optional.of(pem.replace("\r", "").strip())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"retry\":null,\"backoffPolicy\":null,\"backoffDelay\":null,\"timeout\":null,\"deadLetterSink\":null}"
            })
    void fallsBackToTheDefaults(String delivery) throws InvalidConfigException {
        DeliverySettings settings = read(delivery);

        assertThat(settings.retry()).isEqualTo(RetrySettings.defaults());
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.deadLetterSink()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"now\" | : is not a JSON object; see the configuration reference for its form",
                "{\"retry\":-1} | .retry: -1 cannot be used; write a whole number from 0 to 2147483647",
                "{\"retry\":1.5} | .retry: 1.5 cannot be used; write a whole number from 0 to 2147483647",
                "{\"retry\":\"5\"} | .retry: \"5\" cannot be used; write a whole number from 0 to 2147483647",
                "{\"backoffPolicy\":\"Linear\"} | .backoffPolicy: 'Linear' is no policy; write linear or exponential",
                "{\"backoffDelay\":\"x\"} | .backoffDelay: 'x' is no ISO 8601 duration; write it like PT0.5S",
                "{\"backoffDelay\":5} | .backoffDelay: 5 is no text; put it in quotes",
                "{\"backoffDelay\":\"P2D\"} | .backoffDelay: PT48H cannot be used; write a duration from PT0S to PT24H",
                "{\"timeout\":\"PT0S\"} | .timeout: PT0S cannot be used; write a duration from PT0.001S to PT24H",
                "{\"timeout\":\"P9999999999999999D\"} | .timeout: 'P9999999999999999D' is no ISO 8601 duration; "
                        + "write it like PT0.5S",
                "{\"retryAfterMax\":\"PT-1S\"} | .retryAfterMax: PT-1S cannot be used; write a duration from PT0S "
                        + "to PT8760H",
                "{\"deadLetterSink\":\"u\"} | .deadLetterSink: is not a JSON object; see the configuration "
                        + "reference for its form",
                "{\"deadLetterSink\":{}} | .deadLetterSink.uri: is missing; give the URL that dead letters are "
                        + "POSTed to",
                "{\"deadLetterSink\":{\"uri\":\"letters\"}} | .deadLetterSink.uri: 'letters' is not an absolute "
                        + "http or https URL; write it like http://event-display.default.svc.cluster.local"
            })
    void refusesWithFieldAndRemedy(String delivery, String error) {
        assertThat(errors(delivery)).contains("K_SOURCE_CONFIG.delivery" + error);
    }

    @Test
    void reportsAllErrorsAtOnce() {
        assertThat(errors("{\"retry\":-1,\"backoffPolicy\":\"a\",\"backoffDelay\":\"b\",\"timeout\":\"c\","
                        + "\"retryAfterMax\":\"d\",\"deadLetterSink\":{\"CACerts\":\"e\",\"audience\":\"f\"}}"))
                .hasSize(6);
    }

    @Test
    void ignoresInvalidCertificatesOfTheDeadLetterSink() throws InvalidConfigException {
        assertThat(read("{\"deadLetterSink\":{\"uri\":\"https://a\",\"CACerts\":\"x\"}}")
                        .deadLetterSink())
                .contains(SinkAddress.of(URI.create("https://a")));
    }

    @Test
    void acceptsAnAudienceOfTheDeadLetterSink() throws InvalidConfigException {
        assertThat(read("{\"deadLetterSink\":{\"uri\":\"https://a\",\"audience\":\"b\"}}")
                        .deadLetterSink())
                .isPresent();
    }

    private static List<String> errors(String delivery) {
        return catchThrowableOfType(InvalidConfigException.class, () -> read(delivery))
                .errors();
    }

    private static DeliverySettings read(String delivery) throws InvalidConfigException {
        Map<String, String> environment = new HashMap<>(
                Map.of("K_SINK", "http://sink.ns", "NAME", "source", "NAMESPACE", "ns", "K_SINK_TIMEOUT", "7"));
        environment.put(
                "K_SOURCE_CONFIG",
                "{\"namespaces\":[\"ns\"],\"resources\":[{\"gvr\":{\"Version\":\"v1\",\"Resource\":\"events\"}}],"
                        + "\"delivery\":" + delivery + "}");
        return AdapterConfig.from(environment).frame().delivery();
    }
}
