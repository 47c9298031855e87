package dev.apiserversource.ping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.frame.AdapterContext;
import dev.apiserversource.frame.AdapterContext.ProcessResources;
import dev.apiserversource.frame.SourceAdapter;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Wires the parts:
 *
 * <pre>
 *   SourceInformer ─► PingSourceReader ─► TickScheduler ─► Dispatcher ─► SourceSink ─► HTTP
 *                                          ▲      │ settled
 *                          Checkpoint ─────┘      ▼
 *                                           CheckpointWriter ─► ConfigMap
 * </pre>
 *
 * <p>A leader reads the checkpoint first, then the sources.
 */
final class PingAdapter implements SourceAdapter, SourceInformer.Listener {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(15);

    /** Longer than the API server waits before it ends a watch with neither changes nor bookmarks. */
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(15);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger log = LoggerFactory.getLogger(PingAdapter.class);

    private final PingConfig config;
    private final Timers timers;
    private final Backoff backoff;
    private final KubernetesClient client;
    private final TickScheduler scheduler;
    private final Optional<CheckpointStore> store;
    private final Optional<CheckpointWriter> writer;
    private final SourceInformer informer;

    /** All sources, with the reason why one cannot be used; empty for one that can. */
    private final Map<String, String> problems = new HashMap<>();

    private boolean restored;
    private boolean listed;
    private boolean closed;

    /** An adapter that runs on the current event loop. */
    PingAdapter(PingConfig config, AdapterContext context) {
        this.config = config;
        ProcessResources process = context.process();
        this.timers = process.timers();
        this.backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), process.random());
        this.client = KubeClients.client(process.vertx(), context.kubernetes(), IDLE_TIMEOUT);
        this.scheduler = new TickScheduler(context.dispatcher(), context.sinks(), timers, this::changed);
        Context loop = process.vertx().getOrCreateContext();
        this.store = config.checkpoint()
                .map(name -> new ConfigMapStore(
                        new ApiObjects(KubeClients.http(client), loop, REQUEST_TIMEOUT),
                        config.frame().namespace(),
                        name,
                        context.fence()));
        this.writer = store.map(to -> new CheckpointWriter(to, scheduler::checkpoint, timers, backoff));
        this.informer = new SourceInformer(client, loop, this);
        register(process.registry());
    }

    private void register(MeterRegistry registry) {
        gauge(registry, "sources", "PingSources that send events", scheduler::sources);
        gauge(registry, "lagging.sources", "PingSources with a due tick that is not settled", scheduler::lagging);
        gauge(
                registry,
                "invalid.sources",
                "PingSources that send no events because they cannot be used",
                () -> problems.values().stream()
                        .filter(problem -> !problem.isEmpty())
                        .count());
        gauge(
                registry,
                "lag.seconds",
                "Age of the earliest tick that is not settled",
                () -> scheduler.lag().toMillis() / 1e3);
    }

    private static void gauge(MeterRegistry registry, String name, String description, Supplier<Number> value) {
        Gauge.builder("apiserversource.ping." + name, value)
                .description(description)
                .register(registry);
    }

    private void changed() {
        writer.ifPresent(CheckpointWriter::changed);
    }

    @Override
    public void start() {
        if (store.isPresent()) {
            restore(store.get(), 1);
        } else {
            log.atWarn().log("no checkpoint configured: ticks can be lost and repeated at a restart");
            listen(Checkpoint.none(timers.now()));
        }
    }

    private void restore(CheckpointStore from, int attempt) {
        from.read()
                .onSuccess(found -> listen(found.orElseGet(() -> Checkpoint.none(timers.now()))))
                .onFailure(failure -> {
                    log.atWarn().addKeyValue("detail", failure.getMessage()).log("waiting for the checkpoint");
                    timers.after(backoff.before(attempt), () -> restore(from, attempt + 1));
                });
    }

    private void listen(Checkpoint checkpoint) {
        if (closed) {
            return;
        }
        restored = true;
        scheduler.restore(checkpoint);
        log.atInfo()
                .addKeyValue("through", checkpoint.through())
                .addKeyValue("lagging", checkpoint.lagging().size())
                .log("resuming after the last checkpoint");
        informer.start();
    }

    @Override
    public void listed() {
        if (listed || closed) {
            return;
        }
        listed = true;
        log.atInfo().addKeyValue("sources", problems.size()).log("PingSources listed");
        scheduler.retainRestored(problems::containsKey);
        writer.ifPresent(CheckpointWriter::start);
    }

    @Override
    public List<String> notReady() {
        if (!restored) {
            return List.of("the checkpoint is not read yet");
        }
        return listed ? List.of() : List.of("the PingSources are not listed yet");
    }

    @Override
    public void put(GenericKubernetesResource object) {
        String uid = object.getMetadata().getUid();
        if (closed) {
            return;
        }
        if (object.isMarkedForDeletion()) {
            remove(uid);
            return;
        }
        try {
            Optional<PingSource> source = config.reader().read(JSON.<JsonNode>valueToTree(object));
            boolean corrected = !problems.getOrDefault(uid, "").isEmpty();
            source.map(read -> corrected ? read.startingAt(timers.now()) : read).ifPresent(scheduler::put);
            problems.put(uid, "");
        } catch (InvalidConfigException | IllegalArgumentException invalid) {
            refuse(object, String.valueOf(invalid.getMessage()));
        }
    }

    private void refuse(GenericKubernetesResource object, String why) {
        String uid = object.getMetadata().getUid();
        scheduler.remove(uid);
        if (!why.equals(problems.put(uid, why))) {
            log.atWarn()
                    .addKeyValue(
                            "source",
                            object.getMetadata().getNamespace() + "/"
                                    + object.getMetadata().getName())
                    .addKeyValue("detail", why)
                    .log("PingSource cannot be used, its ticks are not sent");
        }
    }

    @Override
    public void remove(String uid) {
        problems.remove(uid);
        scheduler.remove(uid);
    }

    @Override
    public void drain() {
        closed = true;
        informer.stop();
        scheduler.drain();
    }

    @Override
    public Future<Void> stop() {
        Future<Void> written = writer.map(CheckpointWriter::close).orElseGet(Future::succeededFuture);
        return written.onComplete(done -> client.close());
    }
}
