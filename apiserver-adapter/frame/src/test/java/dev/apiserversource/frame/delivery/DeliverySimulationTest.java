package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

/** All of delivery but HTTP, with random loads and outages: nothing is lost, in any order of events. */
class DeliverySimulationTest {

    private static final int MAX_IN_FLIGHT = 7;
    private static final int MAX_PENDING = 25;
    private static final int READERS = 12;
    private static final int KEYS_PER_READER = 3;
    private static final int CHUNKS = 15;
    private static final int MAX_CHUNK = 5;

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losesNothingKeepsOrderAndStaysWithinLimits(long seed) {
        World world = new World(seed, MAX_IN_FLIGHT, MAX_PENDING);
        List<Reader> readers = IntStream.range(0, READERS)
                .mapToObj(number -> new Reader(world, number))
                .toList();
        readers.forEach(Reader::read);
        for (int i = 0; i < 20; i++) {
            world.time.advance(Duration.ofMillis(world.random.nextInt(2_000)));
            world.sink.goAwayFor(Duration.ofMillis(world.random.nextInt(20_000)));
            world.time.advance(Duration.ofMillis(world.random.nextInt(30_000)));
        }
        world.time.advance(Duration.ofHours(1));

        assertThat(readers).allMatch(Reader::isDone);
        assertEverythingEnded(world);
        assertOrderPerKey(world);
        assertThat(world.sink.mostInFlight()).isLessThanOrEqualTo(MAX_IN_FLIGHT);
        assertThat(world.mostPending).isLessThan(MAX_PENDING + READERS * MAX_CHUNK);
    }

    @Test
    void deliversPendingEventsWithinSecondsOfTheEndOfAnOutage() {
        World world = new World(1, 100, 1_000);
        world.sink.goAwayFor(Duration.ofMinutes(10));
        IntStream.range(0, 1_000).forEach(i -> world.dispatch("key-" + i, "e" + i));
        world.time.advance(Duration.ofMinutes(10));
        int attemptsWhileAway = world.sink.attempts();

        Instant back = world.time.now();
        while (world.sink.taken().size() < 900) {
            world.time.advance(Duration.ofMillis(10));
        }

        assertThat(Duration.between(back, world.time.now())).isLessThan(Duration.ofSeconds(2));
        assertThat(world.sink.mostInFlight()).isEqualTo(100);
        assertThat(attemptsWhileAway).isLessThan(1_000 * (600 / 15 + 10));
    }

    private static void assertEverythingEnded(World world) {
        assertThat(world.outcomes).isNotEmpty().allSatisfy((id, outcome) -> assertThat(outcome.result())
                .isEqualTo(id.endsWith("!") ? Outcome.DROPPED : Outcome.DELIVERED));
        assertThat(world.sink.taken().stream().map(CloudEvent::getId).collect(Collectors.toSet()))
                .containsAll(world.outcomes.keySet().stream()
                        .filter(id -> !id.endsWith("!"))
                        .toList());
        assertThat(world.dispatcher.pendingEvents()).isZero();
        assertThat(world.dispatcher.drain(Duration.ofSeconds(1)).isComplete()).isTrue();
        assertThat(world.time.pending()).isZero();
    }

    /** A repeat is the same event, and no newer event of its key was received before it. */
    private static void assertOrderPerKey(World world) {
        Map<String, List<CloudEvent>> byKey =
                world.sink.taken().stream().collect(Collectors.groupingBy(CloudEvent::getSubject));
        assertThat(byKey).hasSize(READERS * KEYS_PER_READER).allSatisfy((key, events) -> assertThat(events)
                .extracting(world.dispatched::get)
                .doesNotContainNull()
                .isSorted());
    }

    private static final class World {

        private final SimulatedTime time = new SimulatedTime();
        private final Random random;
        private final SimulatedSink sink;
        private final Dispatcher dispatcher;
        private final IdentityHashMap<CloudEvent, Integer> dispatched = new IdentityHashMap<>();
        private final Map<String, Future<Outcome>> outcomes = new HashMap<>();
        private int mostPending;

        World(long seed, int maxInFlight, int maxPending) {
            random = new Random(seed);
            sink = new SimulatedSink(time, random);
            DeliverySettings settings = new DeliverySettings(
                    SinkAddress.of(URI.create("http://sink")),
                    Optional.empty(),
                    RetrySettings.defaults(),
                    "ns",
                    Duration.ofSeconds(30),
                    new DeliverySettings.Limits(maxInFlight, maxPending, 1_000_000_000));
            RetryPolicy policy = RetrySettings.defaults().policy(random);
            Sink pipeline = new RetryingSink(new LimitedSink(sink, maxInFlight), SinkAddress.Role.MAIN, policy, time);
            dispatcher = new Dispatcher(pipeline, settings, time, new SimpleMeterRegistry());
        }

        void dispatch(String key, String id) {
            CloudEvent event = Events.builder(id).withSubject(key).build();
            dispatched.put(event, dispatched.size());
            outcomes.put(id, dispatcher.dispatch(key, event));
            mostPending = Math.max(mostPending, dispatcher.pendingEvents());
        }
    }

    /** Dispatches chunk after chunk, each when there is capacity, with random pauses between them. */
    private static final class Reader {

        private final World world;
        private final int number;
        private final Queue<Integer> chunks = new ArrayDeque<>();
        private int sent;

        Reader(World world, int number) {
            this.world = world;
            this.number = number;
            IntStream.range(0, CHUNKS).forEach(i -> chunks.add(world.random.nextInt(MAX_CHUNK + 1)));
        }

        void read() {
            world.dispatcher.whenCapacity(this::chunk);
        }

        private void chunk() {
            if (!chunks.isEmpty()) {
                IntStream.range(0, chunks.remove()).forEach(i -> dispatch());
                world.time.after(Duration.ofMillis(world.random.nextInt(10)), this::read);
            }
        }

        private void dispatch() {
            String key = number + "/" + sent % KEYS_PER_READER;
            String id = number + "-" + sent++ + (world.random.nextInt(50) == 0 ? "!" : "");
            world.dispatch(key, id);
        }

        boolean isDone() {
            return chunks.isEmpty();
        }
    }
}
