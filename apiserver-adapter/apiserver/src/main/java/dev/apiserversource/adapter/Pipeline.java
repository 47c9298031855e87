package dev.apiserversource.adapter;

import dev.apiserversource.adapter.checkpoint.CheckpointService;
import dev.apiserversource.adapter.checkpoint.ConfigMapStore;
import dev.apiserversource.adapter.checkpoint.KubeConfigMapStore;
import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.Fabric8ApiClient;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.StreamDependencies;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.adapter.watch.WatchManager;
import dev.apiserversource.frame.delivery.Delivery;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.Outcome;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.leader.Leadership;
import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The way of an event, from the API server to the sink. To be made and used on one event loop.
 *
 * <pre>
 *   WatchManager ──Change──► EventFactory ──CloudEvent──► Dispatcher ──► sink
 *      ▲  ▲                                              │
 *      │  └──────────────── room ◄───────────────────────┤
 *      └── resume ── StreamStates ◄────────── settled ───┘
 *                         ▲ └────► CheckpointService
 *                         └─────────────┘
 * </pre>
 */
final class Pipeline implements ChangeListener {

    /** For an answer about the checkpoint. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final AdapterConfig config;
    private final Consumer<String> fatal;
    private final Timers timers;
    private final EventFactory events;
    private final Dispatcher dispatcher;
    private final CheckpointService checkpoint;
    private final WatchManager streams;
    private boolean stopped;

    /**
     * A pipeline that is not started yet.
     *
     * @param activity whether this process may send events, and write the checkpoint
     * @param fatal is told, with {@code failFast}, why the adapter cannot go on
     */
    Pipeline(
            Vertx vertx,
            Timers timers,
            AdapterConfig config,
            KubernetesClient client,
            MeterRegistry registry,
            RandomGenerator random,
            Leadership activity,
            Consumer<String> fatal) {
        this.config = config;
        this.fatal = fatal;
        this.timers = timers;
        URI source = URI.create(ApiObjects.baseUrl(client));
        this.events = new EventFactory(config.mode(), source, config.namespace(), config.name(), config.overrides());
        this.dispatcher = Delivery.open(vertx, config.delivery(), timers, random, registry, activity.gate());
        ApiObjects objects = new ApiObjects(client, vertx.getOrCreateContext(), PATIENCE);
        Optional<ConfigMapStore> store = config.checkpoint()
                .map(name -> new KubeConfigMapStore(objects, config.namespace(), name, activity.fence()));
        StreamStates states = new StreamStates(
                config.selection().resources(),
                configMap -> store.filter(s -> s.contains(configMap)).isPresent(),
                timers::now);
        this.checkpoint = new CheckpointService(store, states, timers, random, registry);
        StreamDependencies dependencies = new StreamDependencies(
                new Fabric8ApiClient(client, vertx.getOrCreateContext(), AdapterMain.USER_AGENT),
                new DispatcherRoom(dispatcher),
                timers,
                StreamSettings.of(config.watchTimeout(), random),
                registry,
                states);
        this.streams = new WatchManager(config.selection(), filter(config), this, dependencies);
    }

    /** What is missing before a crash would lose nothing, for people; empty when nothing is. */
    List<String> notReady() {
        if (streams.allOpen()) {
            return checkpoint.isReady() ? List.of() : List.of("the first checkpoint is not written yet");
        }
        List<String> streamsNotOpen = streams.notOpen();
        return streamsNotOpen.isEmpty() ? List.of("the resources are not known yet") : streamsNotOpen;
    }

    /** Begins to read where an earlier process has ended, or in the present. */
    void start() {
        checkpoint.load(this::onDenied).onSuccess(loaded -> {
            if (!stopped) {
                streams.start();
            }
        });
    }

    /** Reads no more, delivers what is held, and writes the checkpoint; answers how many events had to be abandoned when the drain timeout was over. */
    Future<Integer> drain() {
        stopped = true;
        streams.stop();
        return dispatcher
                .drain(config.drainTimeout())
                .compose(abandoned -> checkpoint.close().map(abandoned));
    }

    int heldEvents() {
        return dispatcher.pendingEvents();
    }

    @Override
    public void onChange(Change change, Runnable settled) {
        dispatcher
                .dispatch(EventFactory.subject(change), events.create(change, timers.now()))
                .onSuccess(outcome -> settleIf(outcome, settled));
    }

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        if (!config.gaps()) {
            settled.run();
            return;
        }
        dispatcher
                .dispatch(EventFactory.subject(target), events.create(target, gap, timers.now()))
                .onSuccess(outcome -> settleIf(outcome, settled));
    }

    private static void settleIf(Outcome outcome, Runnable settled) {
        if (outcome.isSettled()) {
            settled.run();
        }
    }

    @Override
    public void onDenied(String why) {
        if (config.failFast()) {
            fatal.accept(why);
        }
    }

    private static Predicate<ObjectMetadata> filter(AdapterConfig config) {
        return config.owner().<Predicate<ObjectMetadata>>map(owner -> owner).orElse(any -> true);
    }

    /** The dispatcher's room, as the streams see it. */
    private record DispatcherRoom(Dispatcher dispatcher) implements Capacity {

        @Override
        public boolean available() {
            return dispatcher.hasCapacity();
        }

        @Override
        public void whenAvailable(Runnable action) {
            dispatcher.whenCapacity(action);
        }
    }
}
