package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

/** A stream with a simulated API server whose requests fail at random. A failed assertion names the seed. */
class StreamSimulationTest {

    private static final int MAX_PENDING = 3;

    /** A step emits at most two changes: the delete of a replaced object, and the new object. */
    private static final int MAX_PER_STEP = 2;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void emitsEveryVersionOnceWhileTheHistoryLasts(long seed) {
        Simulation simulation = new Simulation(seed, false);
        simulation.run();

        assertThat(byObject(simulation.emitted, Function.identity()))
                .as("seed %d", seed)
                .isEqualTo(byObject(simulation.written(), Function.identity()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void emitsEveryFinalStateAndDeleteWhenHistoryIsLost(long seed) {
        Simulation simulation = new Simulation(seed, true);
        simulation.run();

        assertThat(simulation.resultingState()).as("seed %d", seed).isEqualTo(simulation.api.objects);
        assertThat(simulation.emittedTwice()).as("seed %d", seed).isEmpty();
        assertThat(simulation.outOfOrder()).as("seed %d", seed).isEmpty();
    }

    private static <T> Map<String, List<T>> byObject(
            List<SimulatedApi.Write> writes, Function<SimulatedApi.Write, T> what) {
        return writes.stream()
                .collect(Collectors.groupingBy(
                        write -> write.state().name(),
                        LinkedHashMap::new,
                        Collectors.mapping(what, Collectors.toList())));
    }

    /** A stream with a simulated API server and a slow consumer. */
    private static final class Simulation implements ChangeListener {

        private final SimulatedTime time = new SimulatedTime();
        private final SplittableRandom random;
        private final SimulatedApi api;
        private final ResourceStream stream;
        private final List<SimulatedApi.Write> emitted = new ArrayList<>();
        private final Map<String, SimulatedApi.State> initial = new HashMap<>();
        private final SlowConsumer consumer;
        private final long seed;
        private int written;

        Simulation(long seed, boolean forgets) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            consumer = new SlowConsumer(time, random.split());
            api = new SimulatedApi(random.split(), time, random.nextBoolean(), forgets);
            WatchTarget target = new WatchTarget(
                    new ResourceType("", "v1", "configmaps", "ConfigMap", true), Optional.of("ns"), "", false);
            Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random.split());
            StreamSettings settings =
                    new StreamSettings(Duration.ofSeconds(20), Duration.ofSeconds(30), 3, 1, backoff, random.split());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            StreamMeters meters = new StreamMeters(registry);
            StreamStates states = new StreamStates(List.of(), object -> false, time::now);
            StreamState state = states.claim(target);
            GapTracker gaps = new GapTracker(target, state, meters, this, time);
            stream = new ResourceStream(
                    new StreamDependencies(
                            api, new ReadLimits(consumer, new ReadBudget(0)), time, settings, registry, states),
                    new ResourceStream.Limiters(new ListLimiter(1), new ReconnectLimiter(time, random.split())),
                    meters,
                    new ChangeDetector(target, EmitPolicy.SKIP, Rules.ofObjects(object -> true), this, state, gaps),
                    state,
                    this);
        }

        @Override
        public void onReplay(Change change, String replay, Runnable settled) {}

        @Override
        public void onGap(WatchTarget target, Gap gap, Runnable settled) {}

        @Override
        public void onDenied(String why) {}

        @Override
        public void onChange(Change change, PendingChange settled) {
            consumer.take();
            ObjectMetadata object = change.object();
            emitted.add(new SimulatedApi.Write(
                    change.kind(),
                    new SimulatedApi.State(object.name(), object.uid(), Integer.parseInt(object.resourceVersion()))));
        }

        /** Starts with some objects, runs through a hundred writes with faults, and ends without faults. */
        void run() {
            for (int i = 0; i < 10; i++) {
                api.write();
            }
            initial.putAll(api.objects);
            written = api.writes.size();
            stream.start();
            time.advance(Duration.ofMinutes(1));
            assertThat(stream.isOpen()).as("seed %d: open", seed).isTrue();
            api.faultRate(0.05);
            for (int i = 0; i < 100; i++) {
                api.write();
                time.advance(Duration.ofMillis(random.nextInt(400)));
            }
            api.faultRate(0);
            time.advance(Duration.ofMinutes(5));
            assertThat(consumer.maxPending).as("seed %d: pending", seed).isLessThan(MAX_PENDING + MAX_PER_STEP);
            assertThat(stream.indexedObjects()).as("seed %d: indexed", seed).isEqualTo(api.objects.size());
        }

        /** All writes since the stream was started. */
        List<SimulatedApi.Write> written() {
            return api.writes.subList(written, api.writes.size());
        }

        /** The initial objects, with all emitted changes applied. */
        Map<String, SimulatedApi.State> resultingState() {
            Map<String, SimulatedApi.State> state = new HashMap<>(initial);
            for (SimulatedApi.Write write : emitted) {
                if (write.kind() == Change.Kind.DELETED) {
                    SimulatedApi.State gone = state.remove(write.state().name());
                    assertThat(gone)
                            .as("seed %d: %s was there", seed, write)
                            .isNotNull()
                            .extracting(SimulatedApi.State::uid)
                            .isEqualTo(write.state().uid());
                } else {
                    SimulatedApi.State before = state.put(write.state().name(), write.state());
                    assertThat(before == null)
                            .as("seed %d: %s is new", seed, write)
                            .isEqualTo(write.kind() == Change.Kind.ADDED);
                }
            }
            return state;
        }

        Set<SimulatedApi.Write> emittedTwice() {
            Set<SimulatedApi.Write> once = new HashSet<>();
            return emitted.stream().filter(write -> !once.add(write)).collect(Collectors.toSet());
        }

        /** Emitted changes whose version is older than that of the change before, of the same object. */
        List<String> outOfOrder() {
            List<String> wrong = new ArrayList<>();
            byObject(emitted, write -> write.state().version()).forEach((name, versions) -> {
                for (int i = 1; i < versions.size(); i++) {
                    if (versions.get(i) < versions.get(i - 1)) {
                        wrong.add(name + " " + versions);
                    }
                }
            });
            return wrong;
        }
    }

    /** Holds a few changes, each for some time. */
    private static final class SlowConsumer implements Capacity {

        private final SimulatedTime time;
        private final SplittableRandom random;
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int pending;
        private int maxPending;

        SlowConsumer(SimulatedTime time, SplittableRandom random) {
            this.time = time;
            this.random = random;
        }

        @Override
        public boolean available() {
            return pending < MAX_PENDING;
        }

        @Override
        public void whenAvailable(Runnable action) {
            waiting.add(action);
        }

        void take() {
            maxPending = Math.max(maxPending, ++pending);
            time.after(Duration.ofMillis(random.nextInt(300)), this::settle);
        }

        private void settle() {
            pending--;
            for (int i = waiting.size(); i > 0 && available(); i--) {
                waiting.remove().run();
            }
        }
    }
}
