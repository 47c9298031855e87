package dev.apiserversource.frame.delivery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeliverySettingsTest {

    private static final SinkAddress SINK = SinkAddress.of(URI.create("http://sink.ns.svc.cluster.local/path?q=1"));

    @Test
    void hasTheDocumentedDefaults() {
        assertThat(DeliverySettings.defaults(SINK, "ns"))
                .isEqualTo(new DeliverySettings(
                        SINK,
                        Optional.empty(),
                        RetrySettings.defaults(),
                        "ns",
                        Duration.ofSeconds(30),
                        new DeliverySettings.Limits(100, 1_000, 16_777_216)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sink", "/path", "ftp://sink", "mailto:a@b", "http:///path"})
    void refusesASinkThatIsNoAbsoluteHttpUrl(String sink) {
        assertThatThrownBy(() -> SinkAddress.of(URI.create(sink)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sink);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1, 1, 1, timeout",
        "PT25H, 1, 1, 1, timeout",
        "PT1S, 0, 1, 1, maxInFlight",
        "PT1S, 1, 0, 1, maxPendingEvents",
        "PT1S, 1, 1, 0, maxPendingBytes"
    })
    void refusesATimeoutOrLimitOutOfRange(Duration timeout, int inFlight, int events, int bytes, String named) {
        assertThatThrownBy(() -> new DeliverySettings(
                        SINK,
                        Optional.empty(),
                        RetrySettings.defaults(),
                        "ns",
                        timeout,
                        new DeliverySettings.Limits(inFlight, events, bytes)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({"http://a, false", "https://a, true", "HTTPS://a, true"})
    void usesTlsForHttps(URI sink, boolean tls) {
        assertThat(SinkAddress.of(sink).isTls()).isEqualTo(tls);
    }
}
