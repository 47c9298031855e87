package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.watch.SimulatedApi;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Processes that are killed one after the other at random times, while requests fail. A failure names its seed. */
class RestartSimulationTest {

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void deliversEveryVersionWhileTheHistoryLasts(long seed) {
        World world = new World(seed, false);
        world.run();

        assertThat(world.delivered()).as("seed %d", seed).isEqualTo(world.written());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void deliversFinalStatesAndDeletesWhenTheHistoryIsLost(long seed) {
        World world = new World(seed, true);
        world.run();

        assertThat(world.lastDelivered()).as("seed %d", seed).containsAllEntriesOf(world.lastWritten());
        assertThat(world.deletesMissing()).as("seed %d", seed).isEmpty();
        assertThat(world.outOfOrder()).as("seed %d", seed).isEmpty();
    }

    /** The sink refuses one object after the other for long, and each change supersedes those that wait. */
    @ParameterizedTest
    @MethodSource("seeds")
    void deliversFinalStatesAndDeletesWhenChangesAreSuperseded(long seed) {
        World world = new World(seed, seed % 2 == 0);
        world.refuseObjects();
        world.run();

        assertThat(world.lastDelivered()).as("seed %d", seed).containsAllEntriesOf(world.lastWritten());
        assertThat(world.deletesMissing()).as("seed %d", seed).isEmpty();
        assertThat(world.outOfOrderWithinAProcess()).as("seed %d", seed).isEmpty();
    }

    /** Shards, segments and manifests follow each other closely, so that processes end between any two of them. */
    @ParameterizedTest
    @MethodSource("seeds")
    void deliversEveryVersionThroughTheJournal(long seed) {
        World world = new World(seed, false);
        world.useSmallParts();
        world.run();

        assertThat(world.delivered()).as("seed %d", seed).isEqualTo(world.written());
        assertThat(world.partsMissing).as("seed %d", seed).isZero();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void deliversFinalStatesAndDeletesThroughTheJournalWhenTheHistoryIsLost(long seed) {
        World world = new World(seed, true);
        world.useSmallParts();
        world.run();

        assertThat(world.lastDelivered()).as("seed %d", seed).containsAllEntriesOf(world.lastWritten());
        assertThat(world.deletesMissing()).as("seed %d", seed).isEmpty();
        assertThat(world.outOfOrder()).as("seed %d", seed).isEmpty();
        assertThat(world.partsMissing).as("seed %d", seed).isZero();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void deliversTheInitialStateAcrossInterruptedFirstLists(long seed) {
        World world = new World(seed, false, EmitPolicy.EMIT);
        world.restartDuringTheFirstList();

        assertThat(world.lastDelivered()).as("seed %d", seed).containsAllEntriesOf(world.present());
        assertThat(world.deletesMissing()).as("seed %d", seed).isEmpty();
        assertThat(world.outOfOrder()).as("seed %d", seed).isEmpty();
    }

    /** The restored API server accepts the position of the stream, and sends nothing until it has passed it again. */
    @ParameterizedTest
    @MethodSource("seeds")
    void deliversTheFinalStateAfterEtcdWasRestored(long seed) {
        World world = new World(seed, false);
        world.restoreEtcd();

        assertThat(world.resultingState()).as("seed %d", seed).isEqualTo(world.api.objects);
    }

    /** Processes are killed during the replay, which sends what they have left. */
    @ParameterizedTest
    @MethodSource("seeds")
    void replaysEveryObjectInOrder(long seed) {
        World world = new World(seed, seed % 2 == 0);
        world.replay();
        world.run();

        assertThat(world.process.replay().orElseThrow().completed())
                .as("seed %d", seed)
                .isPresent();
        assertThat(world.replayed.orElseThrow()).as("seed %d", seed).containsAll(world.survivors());
        assertThat(world.outOfOrder()).as("seed %d", seed).isEmpty();
        assertThat(world.replayedAfterTheirDelete).as("seed %d", seed).isEmpty();
    }

    /** An API server, a store and a sink, and processes that come and go. */
    private static final class World {

        private final SimulatedTime time = new SimulatedTime();
        private final SplittableRandom random;
        private final SimulatedApi api;
        private final StoreInMemory store;
        private final List<SimulatedApi.Write> received = new ArrayList<>();
        private final long seed;
        /** Objects that were first read after the last checkpoint of their process was taken. */
        private final Set<String> readTooLate = new LinkedHashSet<>();

        private final Set<String> initial = new LinkedHashSet<>();
        private final EmitPolicy initialState;
        private Map<String, SimulatedApi.State> initialObjects = Map.of();
        private int writtenBefore;
        private SimulatedProcess process;

        /** How much had been received when each process was created. */
        private final List<Integer> firstReceived = new ArrayList<>();

        private Optional<WriteSizes> sizes = Optional.empty();
        private double partsMissing;
        private Optional<Set<String>> replayed = Optional.empty();
        private final Set<String> deleted = new LinkedHashSet<>();
        private final List<String> replayedAfterTheirDelete = new ArrayList<>();
        private boolean replaying;
        private boolean refusing;
        private String refused = "";

        World(long seed, boolean forgets) {
            this(seed, forgets, EmitPolicy.SKIP);
        }

        World(long seed, boolean forgets, EmitPolicy initialState) {
            this.seed = seed;
            this.initialState = initialState;
            random = new SplittableRandom(seed);
            api = new SimulatedApi(random.split(), time, random.nextBoolean(), forgets);
            store = new StoreInMemory(time, random.split());
            process = newProcess();
        }

        private SimulatedProcess newProcess() {
            SimulatedProcess created =
                    new SimulatedProcess(api, store, time, random.split(), initialState, this::accept);
            created.supersedes = refusing;
            sizes.ifPresent(created::withSmallParts);
            if (replaying) {
                created.replaying("r1", this::acceptReplayed);
            }
            firstReceived.add(received.size());
            return created;
        }

        /** Two changes fill a manifest, and there are three segments or more. Changes come more slowly. */
        void useSmallParts() {
            sizes = Optional.of(new WriteSizes(2, 3 + random.nextInt(3), 20 + random.nextInt(60), 300));
            process.withSmallParts(sizes.get());
        }

        /** From now on one object is refused at a time, and changes supersede those that wait. */
        void refuseObjects() {
            refusing = true;
            process.supersedes = true;
        }

        /** Every object is sent once more, from the time on when requests fail. */
        void replay() {
            replayed = Optional.of(new LinkedHashSet<>());
        }

        private void beginReplay() {
            replaying = true;
            initial.clear();
            api.objects.values().forEach(state -> initial.add(state.uid()));
            restart();
        }

        private boolean acceptReplayed(Change change) {
            ObjectMetadata object = change.object();
            boolean accepted = accept(change);
            if (accepted && deleted.contains(object.uid())) {
                replayedAfterTheirDelete.add(object.name() + " " + object.uid());
            }
            if (accepted) {
                replayed.orElseThrow().add(object.uid() + " " + object.name());
            }
            return accepted;
        }

        /** What existed when the replay began and exists still. */
        Set<String> survivors() {
            return api.objects.values().stream()
                    .filter(state -> initial.contains(state.uid()))
                    .map(state -> state.uid() + " " + state.name())
                    .collect(Collectors.toSet());
        }

        /** The sink refuses one attempt in ten. */
        private boolean accept(Change change) {
            ObjectMetadata object = change.object();
            if (random.nextInt(10) == 0 || object.name().equals(refused)) {
                return false;
            }
            if (change.kind() == Change.Kind.DELETED) {
                deleted.add(object.uid());
            }
            received.add(new SimulatedApi.Write(
                    change.kind(),
                    new SimulatedApi.State(object.name(), object.uid(), Integer.parseInt(object.resourceVersion()))));
            return true;
        }

        void run() {
            for (int i = 0; i < 10; i++) {
                api.write();
            }
            writtenBefore = api.writes.size();
            api.objects.values().forEach(state -> initial.add(state.uid()));
            process.start();
            time.advance(Duration.ofSeconds(60));
            assertThat(process.isReady()).as("seed %d: ready", seed).isTrue();
            api.faultRate(0.03);
            store.trouble = 0.1;
            replayed.ifPresent(none -> beginReplay());
            for (int i = 0; i < 150; i++) {
                api.write();
                if (refusing && (i == 0 || random.nextInt(40) == 0)) {
                    refused = "o" + random.nextInt(12);
                }
                time.advance(Duration.ofMillis(random.nextInt(sizes.isPresent() ? 6_000 : 300)));
                if (random.nextInt(12) == 0) {
                    restart();
                }
            }
            api.faultRate(0);
            store.trouble = 0;
            refused = "";
            time.advance(Duration.ofMinutes(5));
        }

        /** etcd is restored while a process runs, or between two. Writes follow, so that versions pass the old ones. */
        void restoreEtcd() {
            for (int i = 0; i < 10; i++) {
                api.write();
            }
            initialObjects = new HashMap<>(api.objects);
            process.start();
            time.advance(Duration.ofSeconds(60));
            for (int i = 0; i < 3; i++) {
                write(20 + random.nextInt(20));
                time.advance(Duration.ofSeconds(20));
                boolean between = random.nextBoolean();
                if (between) {
                    process.stop();
                    time.advance(Duration.ofSeconds(5));
                    process.kill();
                }
                api.restore();
                write(random.nextInt(20));
                if (between) {
                    process = newProcess().start();
                }
                time.advance(Duration.ofMinutes(5));
            }
        }

        private void write(int times) {
            for (int i = 0; i < times; i++) {
                api.write();
                time.advance(Duration.ofMillis(random.nextInt(300)));
            }
        }

        /** The initial objects, with all that the sink has received applied. */
        Map<String, SimulatedApi.State> resultingState() {
            Map<String, SimulatedApi.State> state = new HashMap<>(initialObjects);
            received.forEach(event -> {
                if (event.kind() == Change.Kind.DELETED) {
                    state.remove(event.state().name());
                } else {
                    state.put(event.state().name(), event.state());
                }
            });
            return state;
        }

        /** All processes but the last may be killed before the first list is complete. */
        void restartDuringTheFirstList() {
            for (int i = 0; i < 60; i++) {
                api.write();
            }
            process.start();
            for (int i = random.nextInt(6); i >= 0; i--) {
                time.advance(Duration.ofMillis(random.nextInt(2_500)));
                restart();
            }
            time.advance(Duration.ofMinutes(5));
        }

        Map<String, String> present() {
            Map<String, String> present = new HashMap<>();
            api.objects.forEach((name, state) -> present.put(name, "" + state.version()));
            return present;
        }

        private void restart() {
            if (random.nextInt(4) == 0) {
                process.stop();
                time.advance(Duration.ofMillis(random.nextInt(2_000)));
            }
            process.kill();
            partsMissing += process.ignoredParts();
            process.firstRead.forEach((uid, at) -> {
                if (!store.hasStreams() || !at.isBefore(store.manifestTakenAt)) {
                    readTooLate.add(uid);
                }
            });
            for (int i = random.nextInt(8); i > 0; i--) {
                api.write();
            }
            time.advance(Duration.ofMillis(random.nextInt(3_000)));
            process = newProcess().start();
        }

        /** What was written since the first start, by object. */
        Map<String, List<SimulatedApi.Write>> written() {
            return byObject(api.writes.subList(writtenBefore, api.writes.size()));
        }

        /** What the sink has received, without the repeats. */
        Map<String, List<SimulatedApi.Write>> delivered() {
            return byObject(new LinkedHashSet<>(received));
        }

        private static Map<String, List<SimulatedApi.Write>> byObject(Iterable<SimulatedApi.Write> events) {
            Map<String, List<SimulatedApi.Write>> byObject = new HashMap<>();
            events.forEach(event -> byObject.computeIfAbsent(event.state().name(), n -> new ArrayList<>())
                    .add(event));
            return byObject;
        }

        /** The last event of each object that has changed: its version, or that it is gone. */
        Map<String, String> lastDelivered() {
            return last(byObject(received));
        }

        Map<String, String> lastWritten() {
            return last(written());
        }

        private Map<String, String> last(Map<String, List<SimulatedApi.Write>> events) {
            Map<String, String> last = new HashMap<>();
            events.forEach((name, all) -> {
                SimulatedApi.Write event = all.get(all.size() - 1);
                boolean deleted = event.kind() == Change.Kind.DELETED;
                // An object that was created and deleted unseen may be delivered or not.
                String uid = event.state().uid();
                if (!deleted || (wasSeen(uid) && !readTooLate.contains(uid))) {
                    last.put(name, deleted ? "gone" : "" + event.state().version());
                }
            });
            return last;
        }

        private boolean wasSeen(String uid) {
            return initial.contains(uid)
                    || received.stream().anyMatch(event -> event.state().uid().equals(uid));
        }

        Set<String> deletesMissing() {
            Set<String> deleted = api.writes.subList(writtenBefore, api.writes.size()).stream()
                    .filter(event -> event.kind() == Change.Kind.DELETED)
                    .map(event -> event.state().uid())
                    .collect(Collectors.toSet());
            Set<String> delivered = received.stream()
                    .filter(event -> event.kind() == Change.Kind.DELETED)
                    .map(event -> event.state().uid())
                    .collect(Collectors.toSet());
            return deleted.stream()
                    .filter(this::wasSeen)
                    .filter(uid -> !readTooLate.contains(uid))
                    .filter(uid -> !delivered.contains(uid))
                    .collect(Collectors.toSet());
        }

        /** A later process may send what was superseded. */
        List<String> outOfOrderWithinAProcess() {
            List<String> wrong = new ArrayList<>();
            firstReceived.add(received.size());
            for (int i = 1; i < firstReceived.size(); i++) {
                wrong.addAll(outOfOrder(received.subList(firstReceived.get(i - 1), firstReceived.get(i))));
            }
            return wrong;
        }

        List<String> outOfOrder() {
            return outOfOrder(received);
        }

        /** The first delivery of a version must follow all older ones; derived deletes have an old version. */
        private static List<String> outOfOrder(List<SimulatedApi.Write> received) {
            List<String> wrong = new ArrayList<>();
            byObject(new LinkedHashSet<>(received)).forEach((name, events) -> {
                int newest = 0;
                for (SimulatedApi.Write event : events) {
                    int version = event.state().version();
                    if (version < newest && event.kind() != Change.Kind.DELETED) {
                        wrong.add(name + " " + events);
                    }
                    newest = Math.max(newest, version);
                }
            });
            return wrong;
        }
    }
}
