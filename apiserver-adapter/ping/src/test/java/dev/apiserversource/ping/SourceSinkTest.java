package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.DeliveryException;
import dev.apiserversource.frame.time.SimulatedTime;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class SourceSinkTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedTime time = new SimulatedTime();
    private final RecordingSinks sinks = new RecordingSinks(time, 10);
    private final SourceSink sink = new SourceSink(sinks, Sources.settings("first"));

    private Future<Void> deliver() {
        return sink.deliver(Sources.source("a", "@hourly").events().at(Instant.EPOCH));
    }

    @Test
    void deliversToItsSink() {
        Future<Void> delivery = deliver();
        time.advance(SECOND);
        assertThat(delivery.succeeded()).isTrue();
    }

    @Test
    void deliversWhatIsPendingToTheNewSink() {
        sinks.goAway("first");
        Future<Void> delivery = deliver();
        sink.change(Sources.settings("second"));
        time.advance(SECOND);
        sinks.comeBack("first");

        assertThat(delivery.succeeded()).isTrue();
        assertThat(sinks.accepted()).hasSize(1);
    }

    @Test
    void equalSettingsChangeNothing() {
        Future<Void> delivery = deliver();
        sink.change(Sources.settings("first"));
        time.advance(SECOND);

        assertThat(delivery.succeeded()).isTrue();
        assertThat(sinks.accepted()).hasSize(1);
    }

    @Test
    void closingEndsWhatIsPending() {
        sinks.goAway("first");
        Future<Void> delivery = deliver();
        sink.close();
        sinks.comeBack("first");

        assertThat(delivery.cause()).isInstanceOf(DeliveryException.class).hasMessage("the source was deleted");
        assertThat(sinks.accepted()).isEmpty();
    }
}
