package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
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

/** A stream in a world where everything goes wrong that can; whatever happened there must come out. A failure names its seed. */
class StreamSimulationTest {

    private static final int MOST_HELD = 3;

    /** The stream's most careless step: what was known is deleted, and what has its name is added. */
    private static final int MOST_PER_STEP = 2;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whileTheHistoryLastsEveryVersionComesOutOnce(long seed) {
        World world = new World(seed, false);
        world.live();

        assertThat(byObject(world.seen, Function.identity()))
                .as("seed %d", seed)
                .isEqualTo(byObject(world.written(), Function.identity()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whenTheHistoryIsForgottenTheLastStateAndEveryDeleteComeOut(long seed) {
        World world = new World(seed, true);
        world.live();

        assertThat(world.foldedState()).as("seed %d", seed).isEqualTo(world.api.objects);
        assertThat(world.toldTwice()).as("seed %d", seed).isEmpty();
        assertThat(world.outOfOrder()).as("seed %d", seed).isEmpty();
    }

    private static <T> Map<String, List<T>> byObject(List<ModelApi.Event> events, Function<ModelApi.Event, T> what) {
        return events.stream()
                .collect(Collectors.groupingBy(
                        event -> event.state().name(),
                        LinkedHashMap::new,
                        Collectors.mapping(what, Collectors.toList())));
    }

    /** A stream between a model of an API server and a slow reader. */
    private static final class World {

        private final SimulatedTime time = new SimulatedTime();
        private final SplittableRandom random;
        private final ModelApi api;
        private final ResourceStream stream;
        private final List<ModelApi.Event> seen = new ArrayList<>();
        private final Map<String, ModelApi.State> initial = new HashMap<>();
        private final SlowReader reader;
        private final long seed;
        private int written;

        World(long seed, boolean forgets) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            reader = new SlowReader(time, random.split());
            api = new ModelApi(random.split(), time, random.nextBoolean(), forgets);
            WatchTarget target = new WatchTarget(
                    new ResourceType("", "v1", "configmaps", "ConfigMap", true), Optional.of("ns"), "", false);
            Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random.split());
            StreamSettings settings =
                    new StreamSettings(Duration.ofSeconds(20), Duration.ofSeconds(30), 3, 1, backoff, random.split());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            StreamMeters events = new StreamMeters(registry, new Ignored());
            Memory.StreamMemory memory = new Memory.Forgetful();
            stream = new ResourceStream(
                    target,
                    new StreamEnvironment(api, reader, time, settings, registry),
                    new ListLimiter(1),
                    events,
                    new ChangeDetector(target, true, object -> true, this::changed, memory),
                    memory);
        }

        private void changed(Change change) {
            reader.take();
            ObjectMetadata object = change.object();
            seen.add(new ModelApi.Event(
                    change.kind(),
                    new ModelApi.State(object.name(), object.uid(), Integer.parseInt(object.resourceVersion()))));
        }

        /** Starts among some objects, lives through a hundred writes and as much trouble, and is left in peace at the end. */
        void live() {
            for (int i = 0; i < 10; i++) {
                api.write();
            }
            initial.putAll(api.objects);
            written = api.events.size();
            stream.start();
            time.advance(Duration.ofMinutes(1));
            assertThat(stream.isOpen()).as("seed %d: open", seed).isTrue();
            api.trouble(0.05);
            for (int i = 0; i < 100; i++) {
                api.write();
                time.advance(Duration.ofMillis(random.nextInt(400)));
            }
            api.trouble(0);
            time.advance(Duration.ofMinutes(5));
            assertThat(reader.mostHeld).as("seed %d: held", seed).isLessThan(MOST_HELD + MOST_PER_STEP);
            assertThat(stream.knownObjects()).as("seed %d: known", seed).isEqualTo(api.objects.size());
        }

        /** All that happened since the stream was started. */
        List<ModelApi.Event> written() {
            return api.events.subList(written, api.events.size());
        }

        /** What somebody has who began with the initial objects and followed what came out. */
        Map<String, ModelApi.State> foldedState() {
            Map<String, ModelApi.State> state = new HashMap<>(initial);
            for (ModelApi.Event event : seen) {
                if (event.kind() == Change.Kind.DELETED) {
                    ModelApi.State gone = state.remove(event.state().name());
                    assertThat(gone)
                            .as("seed %d: %s was there", seed, event)
                            .isNotNull()
                            .extracting(ModelApi.State::uid)
                            .isEqualTo(event.state().uid());
                } else {
                    ModelApi.State before = state.put(event.state().name(), event.state());
                    assertThat(before == null)
                            .as("seed %d: %s is new", seed, event)
                            .isEqualTo(event.kind() == Change.Kind.ADDED);
                }
            }
            return state;
        }

        Set<ModelApi.Event> toldTwice() {
            Set<ModelApi.Event> once = new HashSet<>();
            return seen.stream().filter(event -> !once.add(event)).collect(Collectors.toSet());
        }

        /** Derived deletes bear the version that was known; any other event must be newer than the one before. */
        List<String> outOfOrder() {
            List<String> wrong = new ArrayList<>();
            byObject(seen, event -> event.state().version()).forEach((name, versions) -> {
                for (int i = 1; i < versions.size(); i++) {
                    if (versions.get(i) < versions.get(i - 1)) {
                        wrong.add(name + " " + versions);
                    }
                }
            });
            return wrong;
        }
    }

    /** Holds a few changes at most, each for a while. */
    private static final class SlowReader implements Capacity {

        private final SimulatedTime time;
        private final SplittableRandom random;
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int held;
        private int mostHeld;

        SlowReader(SimulatedTime time, SplittableRandom random) {
            this.time = time;
            this.random = random;
        }

        @Override
        public boolean available() {
            return held < MOST_HELD;
        }

        @Override
        public void whenAvailable(Runnable action) {
            waiting.add(action);
        }

        void take() {
            mostHeld = Math.max(mostHeld, ++held);
            time.after(Duration.ofMillis(random.nextInt(300)), this::settle);
        }

        private void settle() {
            held--;
            for (int i = waiting.size(); i > 0 && available(); i--) {
                waiting.remove().run();
            }
        }
    }

    private static final class Ignored implements ChangeListener {
        @Override
        public void changed(Change change) {}

        @Override
        public void missed(WatchTarget target, Gap gap) {}

        @Override
        public void refused(String why) {}
    }
}
