package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sink in simulated time: unavailable at times, slow at times, and failing at random. It can accept an event and lose
 * its answer. Events whose id ends in {@code !} are refused, unless the constructor says which are. The subject of an
 * event is its key.
 */
public final class SimulatedSink implements Sink {

    private final Timers timers;
    private final RandomGenerator random;
    private final Set<String> keysInFlight = new HashSet<>();
    private final List<CloudEvent> taken = new ArrayList<>();
    private final Predicate<CloudEvent> refuses;
    private Instant awayUntil = Instant.MIN;
    private int attempts;
    private int inFlight;
    private int mostInFlight;

    public SimulatedSink(Timers timers, RandomGenerator random) {
        this(timers, random, event -> event.getId().endsWith("!"));
    }

    public SimulatedSink(Timers timers, RandomGenerator random, Predicate<CloudEvent> refuses) {
        this.timers = timers;
        this.random = random;
        this.refuses = refuses;
    }

    public void goAwayFor(Duration duration) {
        awayUntil = timers.now().plus(duration);
    }

    /** The accepted events, in order, with repeats. */
    public List<CloudEvent> taken() {
        return taken;
    }

    public int attempts() {
        return attempts;
    }

    public int mostInFlight() {
        return mostInFlight;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        assertThat(keysInFlight.add(event.getSubject()))
                .as("one attempt of %s at a time", event.getSubject())
                .isTrue();
        attempts++;
        mostInFlight = Math.max(mostInFlight, ++inFlight);
        Promise<Void> answer = Promise.promise();
        timers.after(Duration.ofMillis(random.nextInt(1, 50)), () -> {
            inFlight--;
            keysInFlight.remove(event.getSubject());
            answer(event, answer);
        });
        return answer.future();
    }

    private void answer(CloudEvent event, Promise<Void> answer) {
        if (timers.now().isBefore(awayUntil)) {
            answer.fail(DeliveryException.connection(new Exception("refused")));
        } else if (refuses.test(event)) {
            answer.fail(DeliveryException.answered(400, Optional.empty(), "no"));
        } else {
            answerAtRandom(event, answer, random.nextInt(100));
        }
    }

    private void answerAtRandom(CloudEvent event, Promise<Void> answer, int dice) {
        if (dice < 5) {
            answer.fail(DeliveryException.answered(503, Optional.empty(), "busy"));
        } else if (dice < 7) {
            answer.fail(DeliveryException.answered(429, Optional.of(Duration.ofSeconds(2)), "slow down"));
        } else if (dice < 9) {
            taken.add(event);
            answer.fail(DeliveryException.timeout(Duration.ofSeconds(30)));
        } else {
            taken.add(event);
            answer.complete();
        }
    }
}
