package dev.apiserversource.samples.samplesource.adapter;

import dev.apiserversource.frame.SimulatedContext;
import dev.apiserversource.frame.delivery.Sink;
import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

/** The adapter on a simulated clock. */
class SampleAdapterTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final SimulatedTime time = new SimulatedTime();
    private final List<CloudEvent> events = new ArrayList<>();

    private SampleAdapter adapter(Map<String, String> environment, Sink sink) {
        return new SampleAdapter(INTERVAL, SimulatedContext.of(environment, time, sink));
    }

    private Future<Void> accept(CloudEvent event) {
        events.add(event);
        return Future.succeededFuture();
    }

    private List<String> data() {
        return events.stream()
                .map(event -> Objects.requireNonNull(event.getData()).toBytes())
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void sendsAnEventEachIntervalThatCountsUp() {
        OffsetDateTime begin = time.now().atOffset(ZoneOffset.UTC);
        adapter(Map.of(), this::accept).start();
        time.advance(Duration.ofSeconds(29));

        assertThat(data())
                .containsExactly("{\"sequence\":0,\"heartbeat\":\"10s\"}", "{\"sequence\":1,\"heartbeat\":\"10s\"}");
        assertThat(events)
                .extracting(CloudEvent::getTime)
                .containsExactly(begin.plusSeconds(10), begin.plusSeconds(20));
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.getType()).isEqualTo("dev.knative.sample");
                    assertThat(event.getSource()).isEqualTo(URI.create("sample.knative.dev/heartbeat-source"));
                    assertThat(event.getDataContentType()).isEqualTo("application/json");
                })
                .extracting(CloudEvent::getId)
                .doesNotHaveDuplicates();
    }

    @Test
    void setsTheOverrides() {
        adapter(Map.of("K_CE_OVERRIDES", "{\"extensions\":{\"hello\":\"world\"}}"), this::accept)
                .start();
        time.advance(INTERVAL);

        assertThat(events).extracting(event -> event.getExtension("hello")).containsExactly("world");
    }

    @Test
    void keepsABoundedNumberOfEventsWhileTheSinkIsAwayAndGoesOnAfterwards() {
        List<Promise<Void>> held = new ArrayList<>();
        adapter(Map.of("ADAPTER_MAX_PENDING_EVENTS", "3"), event -> {
                    events.add(event);
                    held.add(Promise.promise());
                    return held.get(held.size() - 1).future();
                })
                .start();
        time.advance(INTERVAL.multipliedBy(100));
        // They have no subject, so they are sent one after the other.
        for (int i = 0; i < held.size(); i++) {
            held.get(i).complete();
        }

        assertThat(data()).hasSize(4);
        time.advance(INTERVAL);
        assertThat(data()).hasSize(5).last().isEqualTo("{\"sequence\":4,\"heartbeat\":\"10s\"}");
    }

    @Test
    void sendsNothingAfterTheDrain() {
        SampleAdapter adapter = adapter(Map.of(), this::accept);
        adapter.start();
        adapter.drain();
        time.advance(INTERVAL.multipliedBy(2));

        assertThat(events).isEmpty();
    }

    @Test
    void aStandbyCanBeDrained() {
        adapter(Map.of(), this::accept).drain();

        assertThat(time.pending()).isZero();
    }
}
