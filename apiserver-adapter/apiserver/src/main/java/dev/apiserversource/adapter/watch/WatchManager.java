package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.Gauge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All streams of one adapter: finds out what each requested resource is, waits for those that do not exist yet, and lists and watches
 * the others until it is stopped.
 */
public final class WatchManager {

    /** How often to look again for a kind that does not exist yet: soon enough for the person who has just installed it. */
    private static final Duration LONGEST_WAIT_FOR_KIND = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(WatchManager.class);

    private final Selection selection;
    private final Predicate<ObjectMetadata> filter;
    private final ChangeListener changes;
    private final StreamEnvironment environment;
    private final ListLimiter lists;
    private final StreamMeters events;
    private final Discovery discovery;
    private final Backoff waitForKind;
    private final List<ResourceStream> streams = new ArrayList<>();
    private final Map<RequestedResource, Pending> pending = new LinkedHashMap<>();
    private final Set<RequestedResource> seenMissing = new HashSet<>();

    /**
     * WatchManager that are not started yet.
     *
     * @param selection what to watch
     * @param filter which objects count
     * @param changes takes what the streams have to say
     * @param environment what the streams need
     */
    public WatchManager(
            Selection selection,
            Predicate<ObjectMetadata> filter,
            ChangeListener changes,
            StreamEnvironment environment) {
        this.selection = selection;
        this.filter = filter;
        this.changes = changes;
        this.environment = environment;
        this.lists = new ListLimiter(environment.settings().concurrentLists());
        this.events = new StreamMeters(environment.registry(), changes);
        this.discovery = new Discovery(environment);
        this.waitForKind = new Backoff(
                Duration.ofMillis(500),
                LONGEST_WAIT_FOR_KIND,
                environment.settings().random());
        selection.resources().forEach(resource -> pending.put(resource, () -> {}));
    }

    /** A resource that is to be looked for: a question under way, the wait for the next, or nothing yet. */
    private interface Pending {
        void cancel();
    }

    /** Begins to list and watch; to be called once, on the event loop that the streams shall live on. */
    public void start() {
        Gauge.builder("apiserversource.streams.open", this, WatchManager::openStreams)
                .description("WatchManager that see every change")
                .register(environment.registry());
        Gauge.builder("apiserversource.streams.wanted", this, WatchManager::wantedStreams)
                .description("WatchManager that the configuration asks for; resources not found yet count as one each")
                .register(environment.registry());
        Gauge.builder("apiserversource.known.objects", this, WatchManager::knownObjects)
                .description("Objects in the index that lists are compared with")
                .register(environment.registry());
        selection.resources().forEach(resource -> find(resource, 1));
    }

    /** Reads nothing more. What has been handed on is not affected. */
    public void stop() {
        pending.values().forEach(Pending::cancel);
        pending.clear();
        streams.forEach(ResourceStream::stop);
    }

    /** Whether every requested resource exists and every stream sees every change. */
    public boolean allOpen() {
        return pending.isEmpty() && streams.stream().allMatch(ResourceStream::isOpen);
    }

    /** The streams that are not open and the resources that were not found, for people. */
    public List<String> notOpen() {
        List<String> names = new ArrayList<>();
        pending.keySet().forEach(resource -> names.add(resource.id()));
        streams.stream()
                .filter(s -> !s.isOpen())
                .forEach(s -> names.add(s.target().id()));
        return names;
    }

    private int openStreams() {
        return (int) streams.stream().filter(ResourceStream::isOpen).count();
    }

    private int wantedStreams() {
        return streams.size() + pending.size();
    }

    private int knownObjects() {
        return streams.stream().mapToInt(ResourceStream::knownObjects).sum();
    }

    private void find(RequestedResource resource, int attempt) {
        PullReader question = discovery.find(resource, answer -> answered(resource, attempt, answer));
        pending.put(resource, question::cancel);
    }

    private void answered(RequestedResource resource, int attempt, Discovery.Answer answer) {
        if (answer instanceof Discovery.Answer.Found found) {
            pending.remove(resource);
            watch(resource, found.type());
            if (pending.isEmpty()) {
                environment.memory().allFound();
            }
        } else if (answer instanceof Discovery.Answer.Missing missing) {
            seenMissing.add(resource);
            wait(resource, attempt, missing.why(), true);
        } else if (answer instanceof Discovery.Answer.Unknown unknown) {
            boolean definite = unknown.why().cause().definite() || attempt == 1;
            wait(resource, attempt, unknown.why().detail(), definite);
        }
    }

    private void wait(RequestedResource resource, int attempt, String why, boolean definite) {
        if (attempt == 1) {
            log.atWarn()
                    .addKeyValue("resource", resource.id())
                    .addKeyValue("detail", why)
                    .log("resource not found yet, looking again until it is there");
        }
        if (definite) {
            changes.refused(why);
        }
        Timers.Timer timer = environment.timers().after(waitForKind.before(attempt), () -> find(resource, attempt + 1));
        pending.put(resource, timer::cancel);
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
            log.atWarn().addKeyValue("resource", resource.id()).log("there is no namespace to watch it in");
        }
        // A kind that did not exist when the source started had no objects then: all that its first list shows is new.
        for (WatchTarget target : targets) {
            ResourceStream stream = stream(target, !selection.existing() && !seenMissing.contains(resource));
            streams.add(stream);
            stream.start();
        }
    }

    private ResourceStream stream(WatchTarget target, boolean silentStart) {
        Memory.StreamMemory memory = environment.memory().of(target);
        ChangeDetector detector = new ChangeDetector(target, silentStart, filter, changes::changed, memory);
        return new ResourceStream(target, environment, lists, events, detector, memory);
    }
}
