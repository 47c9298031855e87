package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff.Growth;
import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Two sinks that fail at random, independently of each other. The dead letter sink also refuses at random. */
class DeadLetterSimulationTest {

    private static final int KEYS = 10;
    private static final int EVENTS = 300;
    private static final SinkAddress ANYWHERE = SinkAddress.of(URI.create("http://sink"));

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyEventReachesOneOfTheSinksInTheOrderOfItsKey(long seed) {
        World world = new World(seed);
        for (int i = 0; i < EVENTS; i++) {
            world.dispatch();
            world.passSomeTime();
        }
        world.time.advance(Duration.ofDays(1));

        assertThat(world.outcomes.values().stream().map(Future::result).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Outcome.DELIVERED, Outcome.DEAD_LETTERED);
        world.outcomes.forEach(
                (id, outcome) -> assertThat(ids(outcome.result() == Outcome.DELIVERED ? world.main : world.deadLetter))
                        .contains(id));
        assertThat(world.dispatcher.pendingEvents()).isZero();
        assertThat(world.time.pending()).isZero();
        assertOrderPerKey(world);
    }

    /** Within a key, the two sinks together received events in the order of their numbers. */
    private static void assertOrderPerKey(World world) {
        Map<String, List<Integer>> byKey = world.taken.stream()
                .collect(Collectors.groupingBy(
                        CloudEvent::getSubject,
                        Collectors.mapping(DeadLetterSimulationTest::number, Collectors.toList())));
        assertThat(byKey).hasSize(KEYS).allSatisfy((key, numbers) -> assertThat(numbers)
                .isSorted());
    }

    private static int number(CloudEvent event) {
        return Integer.parseInt(event.getId().replace("!", ""));
    }

    private static List<String> ids(SimulatedSink sink) {
        return sink.taken().stream().map(CloudEvent::getId).toList();
    }

    private static final class World {

        private final SimulatedTime time = new SimulatedTime();
        private final Random random;
        private final List<CloudEvent> taken = new ArrayList<>();
        private final SimulatedSink main;
        private final SimulatedSink deadLetter;
        private final Dispatcher dispatcher;
        private final Map<String, Future<Outcome>> outcomes = new HashMap<>();
        private int sent;

        World(long seed) {
            random = new Random(seed);
            main = new SimulatedSink(time, random);
            deadLetter = new SimulatedSink(time, random, event -> random.nextInt(10) == 0);
            RetrySettings retry = new RetrySettings(
                    OptionalInt.of(2), Growth.LINEAR, Optional.of(Duration.ofMillis(200)), Optional.empty());
            Sink sink = new DeadLetteringSink(
                    retrying(main, SinkAddress.Role.MAIN, retry.policy(random)),
                    ANYWHERE.url(),
                    retrying(deadLetter, SinkAddress.Role.DEAD_LETTER, retry.policyUntilDelivered(random)));
            dispatcher =
                    new Dispatcher(sink, DeliverySettings.defaults(ANYWHERE, "ns"), time, new SimpleMeterRegistry());
        }

        private Sink retrying(SimulatedSink sink, SinkAddress.Role role, RetryPolicy policy) {
            Sink recording = event -> sink.deliver(event).onComplete(answered -> record(sink, event));
            return new RetryingSink(new LimitedSink(recording, 4), role, policy, time);
        }

        private void record(SimulatedSink sink, CloudEvent event) {
            List<CloudEvent> all = sink.taken();
            if (!all.isEmpty() && all.get(all.size() - 1) == event) {
                taken.add(event);
            }
        }

        void dispatch() {
            String id = sent++ + (random.nextInt(10) == 0 ? "!" : "");
            String key = "key-" + random.nextInt(KEYS);
            outcomes.put(
                    id,
                    dispatcher.dispatch(key, Events.builder(id).withSubject(key).build()));
        }

        void passSomeTime() {
            time.advance(Duration.ofMillis(random.nextInt(300)));
            if (random.nextInt(30) == 0) {
                main.goAwayFor(Duration.ofMillis(random.nextInt(3_000)));
            }
            if (random.nextInt(30) == 0) {
                deadLetter.goAwayFor(Duration.ofMillis(random.nextInt(10_000)));
            }
        }
    }
}
