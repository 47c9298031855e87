package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamSnapshot;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** A stream of ConfigMaps with a scripted API server, a capacity that the test sets, and simulated time. */
final class StreamFixture implements ChangeListener {

    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
    static final Duration MAX_BACKOFF = Duration.ofSeconds(30);

    final SimulatedTime time = new SimulatedTime();
    final ScriptedApi api = new ScriptedApi();
    final ListLimiter lists = new ListLimiter(1);
    final TestCapacity capacity = new TestCapacity();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<String> denials = new ArrayList<>();
    final List<Gap> gaps = new ArrayList<>();
    List<String> changesBeforeGap = List.of();
    String filteredName = "";
    String unreplayedName = "";
    final ResourceStream stream;
    final StreamState state;
    final PositionProbe probe;
    private final List<String> changes = new ArrayList<>();
    private final Map<String, Runnable> replayed = new HashMap<>();

    StreamFixture() {
        this(new WatchTarget(
                new ResourceType("", "v1", "configmaps", "ConfigMap", true), Optional.of("ns"), "", false));
    }

    StreamFixture(WatchTarget target) {
        this(target, Optional.empty(), Optional.empty());
    }

    /** A stream that replays its objects under the name {@code replay}, resumed from {@code stored}. */
    static StreamFixture replaying(String replay, Optional<StreamSnapshot> stored) {
        WatchTarget configMaps = new WatchTarget(
                new ResourceType("", "v1", "configmaps", "ConfigMap", true), Optional.of("ns"), "", false);
        return new StreamFixture(configMaps, Optional.of(replay), stored);
    }

    private StreamFixture(WatchTarget target, Optional<String> replay, Optional<StreamSnapshot> stored) {
        // No jitter: the waits are 1 s, 2 s, 4 s and so on.
        Backoff backoff = new Backoff(Duration.ofSeconds(1), MAX_BACKOFF, () -> 0);
        StreamSettings settings = new StreamSettings(Duration.ofMinutes(5), IDLE_TIMEOUT, 2, 1, backoff, () -> 0);
        StreamStates states = new StreamStates(List.of(), object -> false, time::now);
        StreamDependencies dependencies = new StreamDependencies(
                api, new ReadLimits(capacity, new ReadBudget(0)), time, settings, registry, states);
        stored.ifPresent(snapshot -> states.restore("||configmaps|ns|", snapshot, List.of()));
        state = states.claim(target);
        StreamMeters meters = new StreamMeters(registry);
        GapTracker tracker = new GapTracker(target, state, meters, this, time);
        StreamRules rules = Rules.of(new EmitRules(
                object -> !object.name().equals(filteredName),
                EnumSet.allOf(Change.Kind.class),
                change -> true,
                replay.map(value ->
                        new ReplayRules(value, change -> !change.object().name().equals(unreplayedName)))));
        ChangeDetector detector = new ChangeDetector(target, EmitPolicy.SKIP, rules, this, state, tracker);
        ResourceStream.Limiters limiters =
                new ResourceStream.Limiters(lists, new ReconnectLimiter(time, settings.random()));
        stream = new ResourceStream(dependencies, limiters, meters, detector, state, this);
        StreamReplay.Replays replays = new StreamReplay.Replays(new ReplayPace(capacity, time), this);
        replay.map(value -> new StreamReplay(value, detector, rules, state, dependencies, replays))
                .ifPresent(stream::replay);
        probe = new PositionProbe(target.resource(), dependencies);
        probe.add(stream);
    }

    @Override
    public void onChange(Change change, PendingChange settled) {
        capacity.take();
        String derived = change.derived() ? " derived" : "";
        changes.add(change.kind() + " " + change.object().name() + " "
                + change.object().resourceVersion() + derived);
    }

    @Override
    public void onReplay(Change change, String replay, Runnable settled) {
        capacity.take();
        String name = change.object().name();
        changes.add(replay + " " + name + " " + change.object().resourceVersion());
        replayed.put(name, settled);
    }

    /** The sink has the replayed objects with these names. */
    void settleReplayed(String... names) {
        for (String name : names) {
            replayed.remove(name).run();
        }
    }

    /** The newest list of a replay: a page, or one object. */
    ScriptedApi.Call replayList() {
        return newest("?limit=");
    }

    /** The newest watch. */
    ScriptedApi.Call watch() {
        return newest("?watch=");
    }

    private ScriptedApi.Call newest(String query) {
        return api.calls().stream()
                .filter(call -> call.url().contains(query))
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        gaps.add(gap);
        changesBeforeGap = List.copyOf(changes);
    }

    @Override
    public void onDenied(String why) {
        denials.add(why);
    }

    /** The changes emitted since the last call. */
    List<String> changes() {
        List<String> news = List.copyOf(changes);
        changes.clear();
        return news;
    }

    void advance(Duration duration) {
        time.advance(duration);
    }

    /** The newest list or watch of the stream. */
    ScriptedApi.Call call() {
        return api.last(false);
    }

    /** The newest list of an audit or probe. */
    ScriptedApi.Call audit() {
        return api.last(true);
    }

    double audits(String result) {
        return registry.find("apiserversource.audits").tag("result", result).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    double relists() {
        return registry.find("apiserversource.relists").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** Starts the stream, which lists {@code objects} and then watches from {@code version}, with bookmarks. */
    ScriptedApi.Call watching(int version, String... objects) {
        return watchingWithoutBookmarks(version, objects).send(Frames.bookmark(version));
    }

    /** The same without bookmarks, as for Event objects. */
    ScriptedApi.Call watchingWithoutBookmarks(int version, String... objects) {
        stream.start();
        return list(version, objects);
    }

    /** Sends the response to the pending streaming list. */
    ScriptedApi.Call list(int version, String... objects) {
        call().ok().send(objects).send(Frames.initialEnd(version));
        return call();
    }

    /** Whether another stream could list now. */
    boolean isListPermitAvailable() {
        boolean[] acquired = {false};
        ListLimiter.Permit permit = lists.permit();
        permit.acquire(() -> acquired[0] = true);
        permit.release();
        return acquired[0];
    }

    /** Unlimited until a test sets a limit. */
    static final class TestCapacity implements Capacity {

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

        /** Sets the capacity to {@code changes} more changes and runs the waiting actions. */
        void open(int changes) {
            free = changes;
            List<Runnable> woken = List.copyOf(waiting);
            waiting.clear();
            woken.forEach(Runnable::run);
        }
    }
}
