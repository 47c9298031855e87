package dev.apiserversource.ping;

import dev.apiserversource.ping.Checkpoint.Lag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CheckpointTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void decodesWhatItHasEncoded() throws IOException {
        Checkpoint checkpoint = new Checkpoint(NOW, Map.of("u-1", new Lag(NOW.minusSeconds(600), "1c2f")));
        assertThat(Checkpoint.decode(checkpoint.encode())).isEqualTo(checkpoint);
    }

    @Test
    void readsTheFormOfTheFirstRelease() throws IOException {
        String json = """
                {"through":"2026-01-02T03:04:05.678Z","lagging":{"u-1":"2026-01-02T03:00:00Z 1c"}}""";
        assertThat(Checkpoint.decode(bytes(json)))
                .isEqualTo(new Checkpoint(NOW, Map.of("u-1", new Lag(Instant.parse("2026-01-02T03:00:00Z"), "1c"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "{\"through\":\"soon\"}",
                "{\"through\":\"2026-01-01T00:00:00Z\",\"lagging\":{\"u\":1}}"
            })
    void refusesAnotherForm(String json) {
        assertThatThrownBy(() -> Checkpoint.decode(bytes(json))).isInstanceOf(IOException.class);
    }

    @Test
    void isSmallWhileNoSourceLags() {
        assertThat(new Checkpoint(NOW, Map.of()).encode()).hasSizeLessThan(100);
    }

    /** A ConfigMap holds 1 MiB. */
    @Test
    void fitsIntoAConfigMapWhileThirteenThousandSourcesLag() {
        Map<String, Lag> lagging = new HashMap<>();
        for (int i = 0; i < 13_000; i++) {
            lagging.put(
                    new UUID(i, i).toString(),
                    Lag.of(NOW, Sources.source("a", "@hourly").timetable()));
        }
        assertThat(new Checkpoint(NOW, lagging).encode()).hasSizeLessThan(1_000_000);
    }
}
