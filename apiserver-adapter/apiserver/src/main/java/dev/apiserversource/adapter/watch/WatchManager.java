package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.PreviousStates;
import dev.apiserversource.adapter.state.ReplayMark;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.Gauge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All streams of one adapter. Looks up each requested resource until it exists, then lists and watches it until
 * stopped.
 */
public final class WatchManager {

    private static final Duration MIN_LOOKUP_BACKOFF = Duration.ofMillis(500);

    /** Short, so that a CRD that was just installed is watched soon. */
    private static final Duration MAX_LOOKUP_BACKOFF = Duration.ofSeconds(5);

    /** Between this process and the API server, which sets the creationTimestamp of objects. */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(WatchManager.class);

    private final Selection selection;
    private final EmitRules rules;
    private final PreviousStates previous;
    private final ChangeListener listener;
    private final StreamDependencies dependencies;
    private final ListLimiter lists;
    private final StreamReplay.Replays replays;
    private final ReconnectLimiter reconnects;
    private final StreamMeters meters;
    private final ResourceDiscovery discovery;
    private final StandbyCheck standbyCheck;
    private final Backoff lookupBackoff;
    private final List<ResourceStream> streams = new ArrayList<>();
    private final Map<ResourceType, PositionProbe> probes = new HashMap<>();
    private final Set<WatchTarget> watched = new HashSet<>();
    private final Map<RequestedResource, Lookup> lookups = new LinkedHashMap<>();
    private final Map<RequestedResource, Instant> missingSince = new HashMap<>();
    private boolean checksStandby;

    /**
     * Creates a manager that is not started.
     *
     * @param selection what to watch
     * @param rules which changes are emitted
     * @param previous what updates are compared with
     * @param listener receives the changes and gaps
     * @param dependencies what the streams share
     */
    public WatchManager(
            Selection selection,
            EmitRules rules,
            PreviousStates previous,
            ChangeListener listener,
            StreamDependencies dependencies) {
        this.previous = previous;
        this.selection = selection;
        this.rules = rules;
        this.listener = listener;
        this.dependencies = dependencies;
        this.lists = new ListLimiter(dependencies.settings().concurrentLists());
        this.replays = new StreamReplay.Replays(
                new ReplayPace(dependencies.limits().capacity(), dependencies.timers()), listener);
        this.reconnects = new ReconnectLimiter(
                dependencies.timers(), dependencies.settings().random());
        this.meters = new StreamMeters(dependencies.registry());
        this.discovery = new ResourceDiscovery(dependencies);
        this.standbyCheck = new StandbyCheck(selection, dependencies, lists, discovery);
        this.lookupBackoff = new Backoff(
                MIN_LOOKUP_BACKOFF, MAX_LOOKUP_BACKOFF, dependencies.settings().random());
        selection.resources().forEach(resource -> lookups.put(resource, () -> {}));
    }

    /** The lookup of a resource that was not found yet: a request, or the wait for the next one. */
    private interface Lookup {
        void cancel();
    }

    /**
     * What would keep the streams from being open if this process became the leader, for people. The first call starts
     * the check, and {@link #start} ends it.
     */
    public List<String> notReadyAsStandby() {
        if (!checksStandby) {
            checksStandby = true;
            standbyCheck.start();
        }
        return standbyCheck.reasons();
    }

    /** Starts the lookups. Call it once, on the event loop of the streams. */
    public void start() {
        standbyCheck.stop();
        Gauge.builder("apiserversource.streams.open", this, WatchManager::openStreams)
                .description("Streams that see every change")
                .register(dependencies.registry());
        Gauge.builder("apiserversource.streams.wanted", this, WatchManager::wantedStreams)
                .description("Streams that the configuration requires; each resource that was not found counts as one")
                .register(dependencies.registry());
        Gauge.builder("apiserversource.indexed.objects", this, WatchManager::indexedObjects)
                .description("Objects in the index that lists are compared with")
                .register(dependencies.registry());
        Gauge.builder("apiserversource.replay.running", this, WatchManager::runningReplays)
                .description("Streams whose objects are being replayed")
                .register(dependencies.registry());
        selection.resources().forEach(resource -> lookUp(resource, 1));
    }

    /** Reads nothing more. Changes that were emitted are not affected. */
    public void stop() {
        standbyCheck.stop();
        lookups.values().forEach(Lookup::cancel);
        lookups.clear();
        lists.close();
        replays.pace().close();
        probes.values().forEach(PositionProbe::stop);
        streams.forEach(ResourceStream::stop);
    }

    /** Whether every requested resource was found and every stream sees every change. */
    public boolean allOpen() {
        return lookups.isEmpty() && streams.stream().allMatch(ResourceStream::isOpen);
    }

    /** Names of the resources that were not found and of the streams that are not open, for people. */
    public List<String> notOpen() {
        List<String> names = new ArrayList<>();
        lookups.keySet().forEach(resource -> names.add(resource.id()));
        streams.stream()
                .filter(s -> !s.isOpen())
                .forEach(s -> names.add(s.target().id()));
        return names;
    }

    /**
     * The rights that the API server denies at the moment, one sentence for each resource and namespace. A right that
     * was granted is left out once the stream has used it.
     */
    public List<String> denials() {
        return streams.stream().flatMap(stream -> stream.denial().stream()).toList();
    }

    /** How far the replay is that the source asks for; empty when it asks for none. */
    public Optional<ReplayStatus> replay() {
        return rules.replay().map(ReplayRules::value).map(this::replay);
    }

    private ReplayStatus replay(String value) {
        List<ReplayMark> marks = replayMarks(value).toList();
        boolean complete = lookups.isEmpty()
                && marks.size() == streams.size()
                && marks.stream().allMatch(mark -> mark.completed().isPresent());
        return new ReplayStatus(
                value,
                marks.stream().mapToLong(ReplayMark::objects).sum(),
                marks.stream().map(ReplayMark::started).min(Comparator.naturalOrder()),
                marks.stream()
                        .flatMap(mark -> mark.completed().stream())
                        .max(Comparator.naturalOrder())
                        .filter(last -> complete));
    }

    private Stream<ReplayMark> replayMarks(String value) {
        return streams.stream().flatMap(stream -> stream.replayed().stream()).filter(mark -> mark.value()
                .equals(value));
    }

    private long runningReplays() {
        return rules.replay()
                .map(replay -> streams.size()
                        - replayMarks(replay.value())
                                .filter(mark -> mark.completed().isPresent())
                                .count())
                .orElse(0L);
    }

    /** What the API server does not accept of the requests at the moment, one sentence for each stream. */
    public List<String> refusals() {
        return streams.stream().flatMap(stream -> stream.refusal().stream()).toList();
    }

    private int openStreams() {
        return (int) streams.stream().filter(ResourceStream::isOpen).count();
    }

    private int wantedStreams() {
        return streams.size() + lookups.size();
    }

    private int indexedObjects() {
        return streams.stream().mapToInt(ResourceStream::indexedObjects).sum();
    }

    private void lookUp(RequestedResource resource, int attempt) {
        PullReader request = discovery.find(resource, result -> onResult(resource, attempt, result));
        lookups.put(resource, request::cancel);
    }

    private void onResult(RequestedResource resource, int attempt, ResourceDiscovery.Result result) {
        if (result instanceof ResourceDiscovery.Result.Found found) {
            lookups.remove(resource);
            watch(resource, found.type());
            if (lookups.isEmpty()) {
                dependencies.states().dropUnclaimed();
            }
        } else if (result instanceof ResourceDiscovery.Result.NotFound notFound) {
            missingSince.putIfAbsent(resource, dependencies.timers().now());
            retry(resource, attempt, notFound.reason(), true);
        } else if (result instanceof ResourceDiscovery.Result.Failed failed) {
            boolean denied = attempt == 1 || failed.failure().isDenied(true);
            retry(resource, attempt, failed.failure().detail(), denied);
        }
    }

    private void retry(RequestedResource resource, int attempt, String reason, boolean denied) {
        if (attempt == 1) {
            log.atWarn()
                    .addKeyValue("resource", resource.id())
                    .addKeyValue("detail", reason)
                    .log("resource not found, retrying");
        }
        if (denied) {
            listener.onDenied(reason);
        }
        Timers.Timer timer =
                dependencies.timers().after(lookupBackoff.before(attempt), () -> lookUp(resource, attempt + 1));
        lookups.put(resource, timer::cancel);
    }

    private void watch(RequestedResource resource, ResourceType type) {
        log.atInfo()
                .addKeyValue("resource", resource.id())
                .addKeyValue("plural", type.plural())
                .addKeyValue("kind", type.kind())
                .addKeyValue("namespaced", type.namespaced())
                .log("resource found");
        List<WatchTarget> targets = selection.targets(resource, type);
        if (targets.isEmpty()) {
            log.atWarn().addKeyValue("resource", resource.id()).log("no namespace to watch the resource in");
            dependencies.states().watchedNowhere(type, resource);
        }
        // Two requested names can be of one resource, such as pod and pods. They share a stream.
        StreamRules streamRules = streamRules(resource, type);
        targets.stream().filter(watched::add).forEach(target -> start(target, streamRules, missingSince.get(resource)));
    }

    private StreamRules streamRules(RequestedResource resource, ResourceType type) {
        ObjectOptions options = resource.options();
        ObjectData data = selection.metadataOnly()
                ? ObjectData.none(type)
                : ObjectData.of(type, selection.data(), options.redactPaths());
        PartDigest digest =
                new PartDigest(options.changes(), dependencies.settings().random());
        PreviousStates.OfResource compared =
                options.previous() ? previous.ofResource() : PreviousStates.OfResource.NONE;
        return new StreamRules(rules, digest, data, compared, meters);
    }

    private void start(WatchTarget target, StreamRules streamRules, @Nullable Instant missing) {
        ResourceStream stream = stream(target, streamRules, missing);
        streams.add(stream);
        probes.computeIfAbsent(target.resource(), this::startProbe).add(stream);
        stream.start();
    }

    private PositionProbe startProbe(ResourceType resource) {
        PositionProbe probe = new PositionProbe(resource, dependencies);
        probe.start();
        return probe;
    }

    private ResourceStream stream(WatchTarget target, StreamRules streamRules, @Nullable Instant missing) {
        StreamState state = dependencies.states().claim(target);
        GapTracker gaps = new GapTracker(target, state, meters, listener, dependencies.timers());
        EmitPolicy initialState = selection.initialState();
        ChangeDetector detector = new ChangeDetector(target, initialState, streamRules, listener, state, gaps);
        if (missing != null && initialState == EmitPolicy.SKIP) {
            // A 404 of discovery may also come from a proxy, or from an API server that starts. So not all objects of
            // a resource that was missing are new.
            detector.emitCreatedSince(missing.minus(MAX_CLOCK_DIFFERENCE));
        }
        ResourceStream.Limiters limiters = new ResourceStream.Limiters(lists, reconnects);
        ResourceStream stream = new ResourceStream(dependencies, limiters, meters, detector, state, listener);
        rules.replay()
                .map(replay -> new StreamReplay(replay.value(), detector, streamRules, state, dependencies, replays))
                .ifPresent(stream::replay);
        return stream;
    }
}
