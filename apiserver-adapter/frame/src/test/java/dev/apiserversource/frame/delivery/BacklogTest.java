package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** A reader has no capacity while as many events wait for a slot as can be in flight, and goes on when fewer wait. */
class BacklogTest {

    private static final int SLOTS = 3;

    private final SimulatedTime time = new SimulatedTime();
    private final Queue<Promise<Void>> attempts = new ArrayDeque<>();
    private final LimitedSink.Limit limit = new LimitedSink.Limit(SLOTS);
    private final Dispatcher dispatcher = dispatcher();
    private int read;

    private Dispatcher dispatcher() {
        Sink retrying = new RetryingSink(
                new LimitedSink(this::attempt, limit),
                SinkAddress.Role.MAIN,
                RetrySettings.defaults().policy(new Random(1)),
                time);
        Dispatcher made = Dispatchers.bounded(retrying, 100, 1_000_000, time, new SimpleMeterRegistry());
        made.observe(limit);
        return made;
    }

    private Future<Void> attempt(CloudEvent event) {
        Promise<Void> attempt = Promise.promise();
        attempts.add(attempt);
        return attempt.future();
    }

    /** Reads while there is capacity, each event of another key. */
    private void read() {
        while (dispatcher.hasCapacity()) {
            String name = "event " + read++;
            dispatcher.dispatch(name, Events.event(name));
        }
        dispatcher.whenCapacity(this::read);
    }

    @Test
    void asManyWaitAsAreInFlight() {
        read();

        assertThat(attempts).hasSize(SLOTS);
        assertThat(read).isEqualTo(2 * SLOTS);
    }

    @Test
    void oneThatIsDeliveredMakesRoomForOne() {
        read();
        attempts.remove().complete();

        assertThat(read).isEqualTo(2 * SLOTS + 1);
        assertThat(dispatcher.pendingEvents()).isEqualTo(2 * SLOTS);
    }

    @Test
    void oneInBackoffMakesRoomForOne() {
        read();
        attempts.remove().fail(DeliveryException.timeout(Duration.ofSeconds(1)));

        assertThat(read).isEqualTo(2 * SLOTS + 1);
        assertThat(dispatcher.pendingEvents()).isEqualTo(2 * SLOTS + 1);
    }

    @Test
    void whenAllAreInBackoffAsManyAreReadAsCanBePending() {
        read();
        while (!attempts.isEmpty()) {
            attempts.remove().fail(DeliveryException.timeout(Duration.ofSeconds(1)));
        }

        assertThat(dispatcher.pendingEvents()).isEqualTo(100);
    }
}
