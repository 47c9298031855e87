package dev.apiserversource.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import dev.apiserversource.samples.embedded.fault.ReceivedRequest;
import dev.apiserversource.samples.embedded.fault.ServerFault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the AOT cache of the receive adapter from a run as in a pod. It lists and watches over TLS, delivers to a plain
 * sink and to one with TLS, writes checkpoints and a Lease, answers probes, lists again after a gap, and stops. So the
 * cache holds the classes of all this, and the profiles of methods that have run often.
 *
 * <pre>
 *   java -jar adapter-training.jar CACHE JAVA OPTION… MAIN-CLASS
 * </pre>
 *
 * The options must be those of the image, because the JVM rejects a cache of other ones. Those that a pod has in {@code
 * JAVA_TOOL_OPTIONS} are arguments here: the JVM that assembles the cache does not see the variable. Exit code 1, with
 * the log of the adapter, when no cache was written.
 */
public final class AdapterTraining {

    private static final String NAME = "training";
    private static final String NAMESPACE = "default";

    /** Rounds of changes, as many as fit into this time. */
    private static final Duration LOAD = Duration.ofSeconds(30);

    /** Enough for the hot methods to have complete profiles. */
    private static final int MOST_EVENTS = 40_000;

    /** With fewer events a machine was too busy for a useful cache. */
    private static final int FEWEST_EVENTS = 2_000;

    private static final int ROUNDS_PER_PROBE = 20;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final EmbeddedApiServer server;
    private final TrainingSink sink;
    private final TrainingObjects objects;
    private final TrainedProcess adapter;

    private AdapterTraining(
            EmbeddedApiServer server, TrainingSink sink, TrainingObjects objects, TrainedProcess adapter) {
        this.server = server;
        this.sink = sink;
        this.objects = objects;
        this.adapter = adapter;
    }

    public static void main(String[] args) {
        // The one of the embedded server: warnings only.
        System.setProperty("logback.configurationFile", "embedded-apiserver-logback.xml");
        try {
            Path cache = Path.of(args[0]).toAbsolutePath();
            train(cache, Arrays.asList(args).subList(1, args.length));
            System.exit(0);
        } catch (Exception e) {
            System.err.println("training: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void train(Path cache, List<String> command) throws Exception {
        Files.deleteIfExists(cache);
        Vertx vertx = Vertx.vertx();
        EmbeddedApiServer server = get(EmbeddedApiServer.start(
                vertx, EmbeddedApiServerOptions.defaults().withTls(true).withBookmarkInterval(Duration.ofMillis(500))));
        TrainingSink sink = get(TrainingSink.start(vertx));
        TrainingObjects objects = new TrainingObjects(server.store());
        objects.createFirst();
        server.store().create(lease());
        Path folder = Files.createTempDirectory("adapter-training");
        try (TrainedProcess adapter = TrainedProcess.start(
                command, cache, environment(server, sink, folder), folder.resolve("adapter.log"))) {
            new AdapterTraining(server, sink, objects, adapter).run(cache);
        } finally {
            for (String file : List.of("adapter.log", "ca.crt", "token")) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.delete(folder);
        }
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static ObjectNode lease() {
        ObjectNode lease = new ObjectMapper().createObjectNode();
        lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata").put("name", NAME).put("namespace", NAMESPACE);
        lease.putObject("spec");
        return lease;
    }

    /** That of a pod, with API server and token as the kubelet provides them. */
    private static Map<String, String> environment(EmbeddedApiServer server, TrainingSink sink, Path folder)
            throws IOException {
        Path authority = Files.writeString(folder.resolve("ca.crt"), server.certificatePem());
        Path token = Files.writeString(folder.resolve("token"), "none");
        return Map.ofEntries(
                Map.entry("K_SINK", sink.plainUrl()),
                Map.entry("K_SOURCE_CONFIG", sourceConfig(sink)),
                Map.entry("NAME", NAME),
                Map.entry("NAMESPACE", NAMESPACE),
                Map.entry("CHECKPOINT_NAME", NAME),
                Map.entry("LEASE_NAME", NAME),
                Map.entry("LEASE_DURATION", "15"),
                Map.entry("POD_NAME", NAME),
                // Each connection to the sink with TLS is a handshake, which takes long while nothing is compiled.
                Map.entry("ADAPTER_MAX_IN_FLIGHT", "20"),
                Map.entry("PROBES_PORT", "0"),
                Map.entry("METRICS_PORT", "0"),
                Map.entry("KUBERNETES_SERVICE_HOST", "127.0.0.1"),
                Map.entry("KUBERNETES_SERVICE_PORT", Integer.toString(server.port())),
                Map.entry("KUBERNETES_AUTH_TRYKUBECONFIG", "false"),
                Map.entry("KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", token.toString()),
                Map.entry("KUBERNETES_CERTS_CA_FILE", authority.toString()));
    }

    private static String sourceConfig(TrainingSink sink) {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.put("mode", "Resource").putArray("namespaces").add(NAMESPACE);
        config.putRawValue("resources", new RawValue(TrainingObjects.RESOURCES));
        config.put("initialState", "Emit").put("gaps", "Emit").put("managedFields", "Omit");
        config.putObject("delivery")
                .put("backoffDelay", "PT0.05S")
                .putObject("deadLetterSink")
                .put("uri", sink.secureUrl())
                .put("CACerts", sink.certificatePem());
        return config.toString();
    }

    private void run(Path cache) throws Exception {
        long begin = System.nanoTime();
        adapter.await("ready", LIMIT, () -> adapter.answers("probes", "/readiness"));
        say("ready");
        refuse();
        say("events repeated");
        deadLetter();
        say("events delivered over TLS");
        loseHistory();
        say("listed again");
        load();
        long events = sink.accepted();
        if (events < FEWEST_EVENTS) {
            throw new IllegalStateException(events + " events within " + LOAD + ", too few for a useful cache");
        }
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        adapter.stop(LIMIT.multipliedBy(2));
        if (!Files.exists(cache) || Files.size(cache) == 0) {
            throw new IllegalStateException("no cache was written; log:\n" + adapter.read());
        }
        System.out.printf("training: %d events in %d s, cache of %d MB%n", events, seconds, Files.size(cache) >> 20);
    }

    private void load() {
        long end = System.nanoTime() + LOAD.toNanos();
        for (int rounds = 0; sink.accepted() < MOST_EVENTS && System.nanoTime() < end; rounds++) {
            round();
            if (rounds % ROUNDS_PER_PROBE == 0) {
                probe();
            }
        }
    }

    private void say(String what) {
        System.out.printf("training: %s, %d events%n", what, sink.accepted());
    }

    /** Changes some objects and waits for the events. */
    private void round() {
        String marker = objects.changeSome();
        adapter.await("the events of a round", LIMIT, () -> sink.hasMarker(marker));
    }

    /** As the kubelet and Prometheus do. */
    private void probe() {
        if (!adapter.answers("probes", "/health") || !adapter.answers("metrics", "/metrics")) {
            throw new IllegalStateException("the adapter does not answer; log:\n" + adapter.read());
        }
    }

    /** The sink refuses, so that attempts are repeated. */
    private void refuse() {
        sink.answerWith(503);
        String marker = objects.changeSome();
        adapter.await("a refusal", LIMIT, () -> adapter.read().contains("attempt failed, retrying"));
        sink.accept();
        adapter.await("the events after a refusal", LIMIT, () -> sink.hasMarker(marker));
    }

    /** The sink refuses for good: the events are delivered to the other sink, over TLS. */
    private void deadLetter() {
        sink.answerWith(400);
        long enough = sink.accepted() + MOST_EVENTS / 5;
        long deadline = System.nanoTime() + LOAD.dividedBy(6).toNanos();
        while (sink.accepted() < enough && System.nanoTime() < deadline) {
            round();
        }
        sink.accept();
    }

    /** The watches end, and their history is gone: the adapter lists again and compares. */
    private void loseHistory() {
        server.faults().onlyFor(ReceivedRequest::isWatch).times(ServerFault.GONE_410, 5);
        round();
        server.endWatches();
        round();
    }
}
