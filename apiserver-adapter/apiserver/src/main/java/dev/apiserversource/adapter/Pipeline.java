package dev.apiserversource.adapter;

import dev.apiserversource.adapter.checkpoint.CheckpointService;
import dev.apiserversource.adapter.checkpoint.ConfigMapStore;
import dev.apiserversource.adapter.checkpoint.KubeConfigMapStore;
import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.adapter.config.AdapterConfig.Checkpoint;
import dev.apiserversource.adapter.config.SourceConfig;
import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.filter.EventFilter;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.Fabric8ApiClient;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.PreviousStates;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.EmitRules;
import dev.apiserversource.adapter.watch.ReplayRules;
import dev.apiserversource.adapter.watch.StreamDependencies;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.adapter.watch.WatchManager;
import dev.apiserversource.frame.AdapterContext;
import dev.apiserversource.frame.SourceAdapter;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.frame.kube.KubeHttp;
import dev.apiserversource.frame.leader.Problem;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The way of a change from the API server to the sink. Once it is settled, the state of its stream advances, and the
 * checkpoint follows.
 *
 * <pre>
 *   WatchManager ──change──► ChangeDispatcher ──CloudEvent──► Dispatcher ──► sink
 *      ▲  ▲                                                    │
 *      │  └────────────────── capacity ◄───────────────────────┤
 *      └──── resume ──── StreamStates ◄──────── settled ───────┘
 *                            ▲
 *                            └──► CheckpointService
 * </pre>
 */
final class Pipeline implements SourceAdapter, ChangeListener {

    private static final Duration CHECKPOINT_REQUEST_TIMEOUT = Duration.ofSeconds(15);

    /** With pending events, requests in flight and the index of objects it fits into a heap of 96 MiB. */
    private static final long MAX_READ_BYTES = 8L * 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

    private final AdapterConfig config;
    private final AdapterContext context;
    private final KubeHttp api;
    private final ChangeDispatcher changes;
    private final CheckpointService checkpoint;
    private final WatchManager streams;
    private boolean started;
    private boolean draining;

    /** A pipeline with connections of its own to the API server, not started yet. */
    Pipeline(AdapterConfig config, AdapterContext context) {
        this(config, StreamSettings.longestSilence(config.watchTimeout()), context);
    }

    /** Closes connections to the API server that were idle for {@code idleTimeout}. */
    Pipeline(AdapterConfig config, Duration idleTimeout, AdapterContext context) {
        this.config = config;
        this.context = context;
        AdapterContext.ProcessResources process = context.process();
        this.api = KubeClients.http(
                process.vertx(),
                context.kubernetes(),
                idleTimeout,
                config.source().selection().streams());
        EventFactory events = events(config, api);
        EventFilter filter = config.source().filters().events();
        boolean emitsGaps = config.source().gaps() == EmitPolicy.EMIT;
        this.changes = new ChangeDispatcher(
                events, gap -> emitsGaps && filter.test(gap), context.dispatcher(), process.timers());
        Optional<ConfigMapStore> store = config.checkpoint().map(this::store);
        StreamStates states = states(store);
        this.checkpoint = new CheckpointService(
                store, startPolicy(), states, process.timers(), process.random(), process.registry());
        PreviousStates previous = new PreviousStates(config.maxPreviousBytes(), process.registry());
        this.streams =
                new WatchManager(config.source().selection(), rules(events), previous, this, dependencies(states));
    }

    private CheckpointService.StartPolicy startPolicy() {
        boolean required = config.checkpoint().filter(Checkpoint::required).isPresent();
        String remedy = "sed 's/SOURCE/%s/g; s/NAMESPACE/%s/g; s/ACCOUNT/<ServiceAccount of the source>/g' "
                + "rbac/adapter-state.yaml | kubectl apply -f -";
        return new CheckpointService.StartPolicy(
                required,
                remedy.formatted(config.frame().name(), config.frame().namespace()),
                context.fence()::hasPredecessor);
    }

    private StreamStates states(Optional<ConfigMapStore> store) {
        AdapterContext.ProcessResources process = context.process();
        return new StreamStates(
                config.source().selection().resources(),
                configMap -> store.filter(s -> s.contains(configMap)).isPresent(),
                () -> Instant.EPOCH.plus(process.timers().uptime()),
                process.random().nextLong());
    }

    private static EventFactory events(AdapterConfig config, KubeHttp api) {
        FrameConfig frame = config.frame();
        URI source = URI.create(api.baseUrl());
        return new EventFactory(config.source().mode(), source, frame.namespace(), frame.name(), frame.overrides());
    }

    private ConfigMapStore store(Checkpoint stored) {
        ApiObjects objects =
                new ApiObjects(api, context.process().vertx().getOrCreateContext(), CHECKPOINT_REQUEST_TIMEOUT);
        KubeConfigMapStore store =
                new KubeConfigMapStore(objects, config.frame().namespace(), stored.name(), context.fence());
        // Our controller creates the first ConfigMap with its owner. Knative's creates none.
        return stored.required() ? store : store.ownedBy(config.frame().name());
    }

    private StreamDependencies dependencies(StreamStates states) {
        AdapterContext.ProcessResources process = context.process();
        ReadBudget budget = new ReadBudget(MAX_READ_BYTES);
        Gauge.builder("apiserversource.read.bytes", budget, ReadBudget::heldBytes)
                .description("Bytes of unfinished frames, and of changes that wait for capacity")
                .baseUnit("bytes")
                .register(process.registry());
        return new StreamDependencies(
                new Fabric8ApiClient(api, process.vertx().getOrCreateContext(), StreamSettings.IDLE_TIMEOUT),
                new ReadLimits(new DispatcherCapacity(context.dispatcher()), budget),
                process.timers(),
                StreamSettings.of(config.watchTimeout(), process.random()),
                process.registry(),
                states);
    }

    private EmitRules rules(EventFactory events) {
        SourceConfig.Filters filters = config.source().filters();
        Timers timers = context.process().timers();
        return new EmitRules(
                object -> filters.owner().map(owner -> owner.test(object)).orElse(true),
                filters.kinds(),
                filtered(change -> events.attributes(change, timers.now())),
                config.source()
                        .replay()
                        .map(value -> new ReplayRules(
                                value, filtered(change -> events.replayAttributes(change, value, timers.now())))));
    }

    /** Whether the filters select the event with these attributes. Without filters the attributes are not made. */
    private Predicate<Change> filtered(Function<Change, CloudEvent> attributes) {
        EventFilter filter = config.source().filters().events();
        return filter.equals(EventFilter.none()) ? change -> true : change -> filter.test(attributes.apply(change));
    }

    /** Not ready until a crash would lose nothing: every stream is open, and the first checkpoint is written. */
    @Override
    public List<String> notReady() {
        if (!started || streams.allOpen()) {
            return checkpoint.notReady().map(List::of).orElse(List.of());
        }
        List<String> streamsNotOpen = streams.notOpen();
        return streamsNotOpen.isEmpty() ? List.of("the resources are not known yet") : streamsNotOpen;
    }

    @Override
    public List<Problem> problems() {
        return Stream.concat(
                        streams.denials().stream().map(denial -> new Problem(Problem.ACCESS_DENIED, denial)),
                        streams.refusals().stream().map(refusal -> new Problem(Problem.REQUEST_REFUSED, refusal)))
                .toList();
    }

    @Override
    public String progress() {
        return streams.replay().map(ReplayReport::json).orElse("");
    }

    @Override
    public List<String> notReadyAsStandby() {
        return streams.notReadyAsStandby();
    }

    @Override
    public void start() {
        log.atInfo().addKeyValue("mode", config.source().mode().text()).log("source started");
        checkpoint
                .load(this::onDenied)
                .onSuccess(loaded -> {
                    if (!draining) {
                        started = true;
                        streams.start();
                    }
                })
                .onFailure(unsupported -> context.fatal().accept(unsupported.getMessage()));
    }

    @Override
    public void drain() {
        draining = true;
        streams.stop();
    }

    @Override
    public Future<Void> stop() {
        return checkpoint.close().onComplete(closed -> api.close());
    }

    @Override
    public void onChange(Change change, PendingChange settled) {
        changes.dispatch(change, settled);
    }

    @Override
    public void onReplay(Change change, String replay, Runnable settled) {
        changes.dispatchReplay(change, replay, settled);
    }

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        changes.dispatch(target, gap, settled);
    }

    @Override
    public void onDenied(String why) {
        if (config.source().failFast()) {
            context.fatal().accept(why);
        }
    }

    /** The capacity of the dispatcher, for the streams. */
    private record DispatcherCapacity(Dispatcher dispatcher) implements Capacity {

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
