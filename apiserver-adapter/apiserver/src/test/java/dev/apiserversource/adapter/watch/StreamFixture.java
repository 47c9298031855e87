package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** A stream of config maps between a scripted API server and a room that a test opens and closes, in simulated time. */
final class StreamFixture implements ChangeListener {

    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final Duration MOST_BACKOFF = Duration.ofSeconds(30);

    final SimulatedTime time = new SimulatedTime();
    final ScriptedApi api = new ScriptedApi();
    final ListLimiter lists = new ListLimiter(1);
    final Places room = new Places();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<String> refusals = new ArrayList<>();
    final List<Gap> gaps = new ArrayList<>();
    List<String> changesBeforeGap = List.of();
    String hidden = "";
    final ResourceStream stream;
    private final List<String> changes = new ArrayList<>();

    StreamFixture() {
        WatchTarget target = new WatchTarget(
                new ResourceType("", "v1", "configmaps", "ConfigMap", true), Optional.of("ns"), "", false);
        // No chance: each wait is the longest it can be, 1 s, 2 s, 4 s and so on.
        Backoff backoff = new Backoff(Duration.ofSeconds(1), MOST_BACKOFF, () -> 0);
        StreamSettings settings = new StreamSettings(Duration.ofMinutes(5), PATIENCE, 2, 1, backoff, () -> 0);
        StreamEnvironment environment = new StreamEnvironment(api, room, time, settings, registry);
        Memory.StreamMemory memory = new Memory.Forgetful();
        ChangeDetector detector =
                new ChangeDetector(target, true, object -> !object.name().equals(hidden), this::changed, memory);
        stream = new ResourceStream(target, environment, lists, new StreamMeters(registry, this), detector, memory);
    }

    @Override
    public void changed(Change change) {
        room.take();
        String derived = change.derived() ? " derived" : "";
        changes.add(change.kind() + " " + change.object().name() + " "
                + change.object().resourceVersion() + derived);
    }

    @Override
    public void missed(WatchTarget target, Gap gap) {
        gaps.add(gap);
        changesBeforeGap = List.copyOf(changes);
    }

    @Override
    public void refused(String why) {
        refusals.add(why);
    }

    /** The changes since the last call. */
    List<String> changes() {
        List<String> news = List.copyOf(changes);
        changes.clear();
        return news;
    }

    void advance(Duration duration) {
        time.advance(duration);
    }

    ScriptedApi.Call call() {
        return api.last();
    }

    double relists() {
        return registry.find("apiserversource.relists").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** Starts the stream; it has listed {@code objects}, and watches from {@code version}. */
    ScriptedApi.Call watching(int version, String... objects) {
        stream.start();
        return list(version, objects);
    }

    /** Answers the streaming list that the stream asks for. */
    ScriptedApi.Call list(int version, String... objects) {
        call().ok().send(objects).send(Frames.initialEnd(version));
        return call();
    }

    /** Whether somebody else could list now; gives the place back at once. */
    boolean listIsFree() {
        boolean[] entered = {false};
        lists.enter(() -> {
            entered[0] = true;
            lists.leave();
        });
        return entered[0];
    }

    /** Capacity that is without bounds until a test says otherwise. */
    static final class Places implements Capacity {

        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int free = Integer.MAX_VALUE;

        @Override
        public boolean available() {
            return free > 0;
        }

        @Override
        public void whenAvailable(Runnable action) {
            waiting.add(action);
        }

        private void take() {
            free--;
        }

        void close() {
            free = 0;
        }

        /** So many more changes may come; tells whoever waits. */
        void open(int places) {
            free = places;
            List<Runnable> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(Runnable::run);
        }
    }
}
