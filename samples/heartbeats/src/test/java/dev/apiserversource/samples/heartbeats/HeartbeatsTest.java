package dev.apiserversource.samples.heartbeats;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A loop whose time is simulated: waiting sets the clock. */
class HeartbeatsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Heartbeat> sent = new ArrayList<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final SimulatedClock clock = new SimulatedClock();

    @Test
    void countsUp() throws Exception {
        run(3, Map.of(), event -> {});
        assertThat(sent)
                .extracting(Heartbeat::data)
                .containsExactly("{\"id\":1,\"label\":\"\"}", "{\"id\":2,\"label\":\"\"}", "{\"id\":3,\"label\":\"\"}");
        assertThat(sent).extracting(event -> event.attributes().get("id")).doesNotHaveDuplicates();
    }

    @Test
    void beatsOncePerPeriod() throws Exception {
        run(3, Map.of(), event -> {}, "-period=2");
        assertThat(times()).containsExactly("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z", "2026-01-01T00:00:04Z");
    }

    @Test
    void skipsBeatsThatPassDuringASlowAttempt() throws Exception {
        run(3, Map.of(), event -> clock.advance(Duration.ofMillis(2500)), "-period=1");
        assertThat(times()).containsExactly("2026-01-01T00:00:00Z", "2026-01-01T00:00:03Z", "2026-01-01T00:00:06Z");
    }

    @Test
    void failedSendIsLoggedAndTheNextBeatFollows() throws Exception {
        run(2, Map.of(), event -> {
            throw new IOException("connection refused");
        });
        assertThat(sent).hasSize(2);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("connection refused");
    }

    @Test
    void oneShotEndsAfterOneEventAndReturnsWhetherItWasAccepted() throws Exception {
        assertThat(run(5, Map.of("ONE_SHOT", "true"), event -> {})).isTrue();
        assertThat(run(5, Map.of("ONE_SHOT", "true"), event -> {
                    throw new IOException("503");
                }))
                .isFalse();
        assertThat(sent).hasSize(2);
    }

    @Test
    void carriesItsExtensionsAndOverridesLast() throws Exception {
        String overrides = "{\"extensions\":{\"hello\":\"world\",\"heart\":\"no\"}}";
        run(1, Map.of("K_CE_OVERRIDES", overrides), event -> {});
        assertThat(sent.get(0).attributes())
                .containsEntry("specversion", "1.0")
                .containsEntry("type", "dev.knative.eventing.samples.heartbeat")
                .containsEntry("source", "https://knative.dev/eventing-contrib/cmd/heartbeats/#shop/beat-1")
                .containsEntry("time", "2026-01-01T00:00:00Z")
                .containsEntry("beats", "true")
                .containsEntry("the", "42")
                .containsEntry("heart", "no")
                .containsEntry("hello", "world");
    }

    @Test
    void labelAndMessageAreEscaped() throws Exception {
        run(1, Map.of(), event -> {}, "-label=a \"b\"", "-msg=c\nd");
        assertThat(sent.get(0).data()).isEqualTo("{\"id\":1,\"label\":\"a \\\"b\\\"\",\"msg\":\"c\\nd\"}");
    }

    private List<String> times() {
        return sent.stream().map(event -> event.attributes().get("time")).toList();
    }

    /** Runs until that many events were sent, or until a one-shot ends. */
    private boolean run(int events, Map<String, String> variables, Heartbeats.Sender sender, String... flags)
            throws Exception {
        Map<String, String> environment =
                new HashMap<>(Map.of("POD_NAME", "beat-1", "POD_NAMESPACE", "shop", "K_SINK", "http://display"));
        environment.putAll(variables);
        Heartbeats heartbeats = new Heartbeats(
                Settings.from(environment, flags),
                event -> {
                    sent.add(event);
                    sender.send(event);
                },
                clock,
                time -> {
                    if (sent.size() == events) {
                        throw new InterruptedException("enough");
                    }
                    clock.advance(time);
                },
                new PrintStream(log, true, StandardCharsets.UTF_8));
        if (variables.containsKey("ONE_SHOT")) {
            return heartbeats.run();
        }
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(heartbeats::run);
        return false;
    }

    private static final class SimulatedClock extends Clock {

        private Instant now = START;

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
