package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.event.MergedChange;
import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.PreviousStates;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.EmitRules;
import dev.apiserversource.adapter.watch.ReplayRules;
import dev.apiserversource.adapter.watch.ReplayStatus;
import dev.apiserversource.adapter.watch.StreamDependencies;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.adapter.watch.WatchManager;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.Dispatcher.SupersedableEvent;
import dev.apiserversource.frame.delivery.Events;
import dev.apiserversource.frame.delivery.Outcome;
import dev.apiserversource.frame.delivery.RetrySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * An adapter in simulated time: the real streams, state, checkpoint and dispatcher between a simulated API server and
 * a slow sink. From the moment it is killed it does nothing any more.
 */
final class SimulatedProcess implements ChangeListener, Capacity, Timers {

    private static final int MAX_PENDING = 4;
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(1);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Map<String, Instant> firstRead = new HashMap<>();
    final List<Gap> gaps = new ArrayList<>();
    Predicate<Gap> gapSink = gap -> true;
    Predicate<Change> replaySink = change -> true;

    /** Whether a change supersedes those of its object that wait; the share of one object is none. */
    boolean supersedes;

    private final CheckpointService checkpoint;
    private final StreamDependencies dependencies;
    private final Selection selection;
    private WatchManager streams;
    private final Dispatcher dispatcher;
    private final Timers world;
    private final SplittableRandom random;
    private final Predicate<Change> sink;
    private final Map<String, BooleanSupplier> attempts = new HashMap<>();
    private int dispatched;
    private boolean dead;

    /** A process that delivers to {@code sink}, which is asked again until it takes the change. */
    SimulatedProcess(
            ApiClient api,
            ConfigMapStore store,
            Timers world,
            SplittableRandom random,
            EmitPolicy initialState,
            Predicate<Change> sink) {
        this.world = world;
        this.random = random;
        this.sink = sink;
        this.selection = new Selection(
                List.of(new RequestedResource("", "v1", "configmaps", "")), List.of("ns"), false, false, initialState);
        StreamStates states = new StreamStates(selection.resources(), store::contains, this::now);
        this.checkpoint = new CheckpointService(
                Optional.of(store),
                new CheckpointService.StartPolicy(true, "", () -> false),
                states,
                this,
                random.split(),
                registry);
        this.dispatcher = new Dispatcher(this::deliver, settings(), this, registry);
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random.split());
        StreamSettings settings =
                new StreamSettings(Duration.ofSeconds(90), Duration.ofSeconds(30), 3, 1, backoff, random.split());
        this.dependencies = new StreamDependencies(
                stoppedWhenKilled(api), new ReadLimits(this, new ReadBudget(0)), this, settings, registry, states);
        this.streams = streams(Optional.empty());
    }

    private WatchManager streams(Optional<ReplayRules> replay) {
        EmitRules rules = new EmitRules(object -> true, EnumSet.allOf(Change.Kind.class), change -> true, replay);
        return new WatchManager(selection, rules, new PreviousStates(0, registry), this, dependencies);
    }

    /** Before it starts: every object is sent once more. */
    SimulatedProcess replaying(String value, Predicate<Change> taken) {
        streams = streams(Optional.of(new ReplayRules(value, change -> true)));
        replaySink = taken;
        return this;
    }

    Optional<ReplayStatus> replay() {
        return streams.replay();
    }

    private static DeliverySettings settings() {
        return new DeliverySettings(
                SinkAddress.of(URI.create("http://sink.example")),
                Optional.empty(),
                RetrySettings.defaults(),
                "ns",
                Duration.ofSeconds(30),
                100,
                MAX_PENDING,
                1_000_000);
    }

    /** Before it starts: small parts, so that the checkpoint of a few objects has all of them. */
    SimulatedProcess withSmallParts(WriteSizes sizes) {
        checkpoint.limit(sizes);
        return this;
    }

    SimulatedProcess start() {
        checkpoint.load(why -> {}).onSuccess(loaded -> streams.start());
        return this;
    }

    void kill() {
        dead = true;
    }

    void stop() {
        streams.stop();
        dispatcher.drain(DRAIN_TIMEOUT).onSuccess(pending -> checkpoint.close());
    }

    boolean isReady() {
        return streams.allOpen() && checkpoint.isReady();
    }

    double relists(String reason) {
        return Optional.ofNullable(registry.find("apiserversource.relists")
                        .tag("reason", reason)
                        .counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    /** How often parts of the checkpoint were missing. */
    double ignoredParts() {
        return Optional.ofNullable(
                        registry.find("apiserversource.checkpoint.ignored").counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    @Override
    public void onChange(Change change, PendingChange settled) {
        firstRead.putIfAbsent(change.object().uid(), now());
        ChangeEvent event = new ChangeEvent(MergedChange.of(change), settled);
        dispatch(
                EventFactory.subject(change), event, () -> sink.test(event.merged.change()), () -> event.pending.run());
    }

    @Override
    public void onReplay(Change change, String replay, Runnable settled) {
        ReplayEvent event = new ReplayEvent(nextEvent());
        dispatch(EventFactory.subject(change), event, () -> replaySink.test(change), settled);
    }

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        gaps.add(gap);
        GapEvent event = new GapEvent(nextEvent());
        dispatch(EventFactory.subject(target), event, () -> gapSink.test(gap), settled);
    }

    private void dispatch(String key, SupersedableEvent event, BooleanSupplier attempt, Runnable settled) {
        String id = event.event().getId();
        attempts.put(id, attempt);
        dispatcher.dispatch(key, event).onSuccess(outcome -> {
            attempts.remove(id);
            if (outcome.isSettled() && outcome != Outcome.SUPERSEDED) {
                settled.run();
            }
        });
    }

    private CloudEvent nextEvent() {
        return Events.event(String.valueOf(dispatched++));
    }

    private record ReplayEvent(CloudEvent event) implements SupersedableEvent {

        @Override
        public boolean supersede(SupersedableEvent waiting) {
            return false;
        }
    }

    private record GapEvent(CloudEvent event) implements SupersedableEvent {

        @Override
        public boolean supersede(SupersedableEvent waiting) {
            return false;
        }
    }

    private final class ChangeEvent implements SupersedableEvent {

        private final CloudEvent event = nextEvent();
        private MergedChange merged;
        private PendingChange pending;

        ChangeEvent(MergedChange merged, PendingChange pending) {
            this.merged = merged;
            this.pending = pending;
        }

        @Override
        public CloudEvent event() {
            return event;
        }

        @Override
        public boolean supersede(SupersedableEvent waiting) {
            return supersedes
                    && waiting instanceof ChangeEvent older
                    && older.merged
                            .supersededBy(merged.change(), older.pending.isPossiblyDelivered())
                            .map(both -> {
                                merged = both;
                                pending = older.pending.supersededBy(pending);
                                return true;
                            })
                            .orElse(false);
        }
    }

    private Future<Void> deliver(CloudEvent event) {
        Promise<Void> acknowledged = Promise.promise();
        attempt(attempts.getOrDefault(event.getId(), () -> true), acknowledged);
        return acknowledged.future();
    }

    private void attempt(BooleanSupplier attempt, Promise<Void> acknowledged) {
        after(Duration.ofMillis(random.nextInt(300)), () -> {
            if (attempt.getAsBoolean()) {
                // The sink has it; the listener is under way.
                after(Duration.ofMillis(random.nextInt(50)), acknowledged::complete);
            } else {
                attempt(attempt, acknowledged);
            }
        });
    }

    @Override
    public void onDenied(String why) {}

    @Override
    public boolean available() {
        return dispatcher.hasCapacity();
    }

    @Override
    public void whenAvailable(Runnable action) {
        dispatcher.whenCapacity(action);
    }

    @Override
    public Instant now() {
        return world.now();
    }

    @Override
    public Duration uptime() {
        return world.uptime();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        return world.after(delay, () -> {
            if (!dead) {
                action.run();
            }
        });
    }

    private ApiClient stoppedWhenKilled(ApiClient api) {
        return (request, listener) -> api.get(request, new StoppableListener(listener));
    }

    /** Passes nothing on when the process is dead. */
    private final class StoppableListener implements ApiClient.ResponseListener {

        private final ApiClient.ResponseListener listener;

        StoppableListener(ApiClient.ResponseListener listener) {
            this.listener = listener;
        }

        @Override
        public void onHead(int status, Optional<Duration> retryAfter) {
            unlessDead(() -> listener.onHead(status, retryAfter));
        }

        @Override
        public void onChunk(byte[] bytes) {
            unlessDead(() -> listener.onChunk(bytes));
        }

        @Override
        public void onEnd() {
            unlessDead(listener::onEnd);
        }

        @Override
        public void onFailure(Throwable cause) {
            unlessDead(() -> listener.onFailure(cause));
        }

        private void unlessDead(Runnable action) {
            if (!dead) {
                action.run();
            }
        }
    }
}
