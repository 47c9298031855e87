package dev.apiserversource.loadtests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.EmitRules;
import dev.apiserversource.adapter.watch.StreamDependencies;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.adapter.watch.WatchManager;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * CPU time from a watch frame to a CloudEvent: through the adapter, and through the client's model classes.
 * Sampled, because the median of many short runs is stable on a busy machine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WatchFrameBenchmark implements ChangeListener {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final WatchTarget PODS =
            new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("default"), "", false);

    private static final String POD_FRAME = """
            {"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-7c5ddbdf54-x2x8q",\
            "generateName":"web-7c5ddbdf54-","namespace":"default","uid":"6f2f3c9e-2f43-4c8b-9d0c-5d6f1e0a7b11",\
            "resourceVersion":"123456","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"web"},\
            "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7c5ddbdf54",\
            "uid":"0f0a52e6-58a5-4bb5-8f52-d2a0f7bdb1d7","controller":true,"blockOwnerDeletion":true}],\
            "managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1",\
            "time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1",\
            "fieldsV1":{"f:status":{"f:conditions":{".":{},"f:phase":{},"f:podIP":{}}}}}]},\
            "spec":{"restartPolicy":"Always","nodeName":"node-1","serviceAccountName":"default","containers":[%s]},\
            "status":{"phase":"Running","podIP":"10.0.0.7","conditions":[{"type":"Ready","status":"True"}],\
            "containerStatuses":[%s]}}}
            """;
    private static final String CONTAINER = """
            {"name":"c%d","image":"registry.example.com/team/web:1.2.3",\
            "ports":[{"containerPort":8080,"protocol":"TCP"}],\
            "env":[{"name":"MODE","value":"production"},{"name":"POD","valueFrom":{"fieldRef":{"apiVersion":"v1",\
            "fieldPath":"metadata.name"}}}],"resources":{"limits":{"cpu":"1","memory":"512Mi"},\
            "requests":{"cpu":"100m","memory":"256Mi"}},\
            "volumeMounts":[{"name":"config","mountPath":"/etc/config","readOnly":true}],\
            "readinessProbe":{"httpGet":{"path":"/ready","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,\
            "periodSeconds":10},\
            "imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev/termination-log"}""";
    private static final String CONTAINER_STATUS = """
            {"name":"c%d","state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}},"lastState":{},"ready":true,\
            "restartCount":0,"image":"registry.example.com/team/web:1.2.3",\
            "imageID":"registry.example.com/team/web@sha256:\
            9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","containerID":"containerd://\
            60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752","started":true}""";

    /** Containers of the Pod: frames of 1.9 and 10.8 kB. */
    @Param({"1", "10"})
    public int containers;

    private final ScriptedApi api = new ScriptedApi();
    private final KubernetesSerialization models = new KubernetesSerialization(new ObjectMapper(), true);
    private final EventFactory events = new EventFactory(
            dev.apiserversource.adapter.event.EventMode.RESOURCE,
            URI.create("https://127.0.0.1:6443"),
            "default",
            "bench",
            Map.of());
    private byte[] frame = {};
    private @Nullable CloudEvent last;

    /** Opens the watch that the frames are sent through. */
    @Setup
    public void openWatch() {
        frame = podFrame(containers);
        Selection selection = new Selection(
                List.of(new RequestedResource("", "v1", "pods", "")),
                List.of("default"),
                false,
                false,
                EmitPolicy.SKIP);
        StreamDependencies dependencies = new StreamDependencies(
                api,
                new ReadLimits(Capacity.ALWAYS, new ReadBudget(0)),
                new StoppedTime(),
                StreamSettings.of(StreamSettings.DEFAULT_WATCH_TIMEOUT, new SplittableRandom(1)),
                new SimpleMeterRegistry(),
                new StreamStates(selection.resources(), object -> false, InstantSource.system()));
        WatchManager streams = new WatchManager(selection, EmitRules.ofObjects(object -> true), this, dependencies);
        streams.start();
        api.runPending();
        if (!streams.allOpen()) {
            throw new IllegalStateException("not open: " + streams.notOpen());
        }
    }

    /** From bytes to Change to CloudEvent, index of known objects included. */
    @Benchmark
    public @Nullable CloudEvent throughTheAdapter() {
        api.send(frame);
        api.runPending();
        return last;
    }

    /** From bytes to model classes, the object back to JSON, and the same CloudEvent. */
    @Benchmark
    public CloudEvent throughModelClasses() {
        WatchEvent event = models.unmarshal(new ByteArrayInputStream(frame), WatchEvent.class);
        Pod pod = (Pod) event.getObject();
        byte[] json = models.asJson(pod).getBytes(StandardCharsets.UTF_8);
        return events.create(new Change(Change.Kind.MODIFIED, PODS, metadata(pod), json, false, Optional.empty()), NOW);
    }

    private static ObjectMetadata metadata(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        return new ObjectMetadata(
                pod.getApiVersion(),
                pod.getKind(),
                metadata.getNamespace(),
                metadata.getName(),
                metadata.getUid(),
                metadata.getResourceVersion(),
                Optional.empty());
    }

    @Override
    public void onChange(Change change, PendingChange settled) {
        last = events.create(change, NOW);
        settled.run();
    }

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        throw new IllegalStateException(gap.toString());
    }

    @Override
    public void onDenied(String why) {
        throw new IllegalStateException(why);
    }

    /** The frame of a running Pod as an API server sends it; ends with a line feed. */
    private static byte[] podFrame(int containers) {
        return POD_FRAME
                .formatted(repeated(containers, CONTAINER), repeated(containers, CONTAINER_STATUS))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String repeated(int count, String numbered) {
        return IntStream.range(0, count).mapToObj(numbered::formatted).collect(Collectors.joining(","));
    }

    /**
     * An API server for one client on one thread: it serves Pods, has none, and sends frames into the one open
     * watch.
     */
    private static final class ScriptedApi implements ApiClient {

        private static final String DISCOVERY = """
                {"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod",\
                "namespaced":true,"kind":"Pod","verbs":["get","list","watch"]}]}""";

        private static final String NO_OBJECTS = """
                {"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"1",\
                "annotations":{"k8s.io/initial-events-end":"true"}}}}
                """;

        private final Queue<Runnable> pending = new ArrayDeque<>();
        private @Nullable ResponseListener watch;

        @Override
        public Exchange get(ApiRequest request, ResponseListener listener) {
            pending.add(() -> listener.onHead(200, Optional.empty()));
            if (request.pathAndQuery().contains("watch=")) {
                watch = listener;
                return new ScriptedExchange(chunk(listener, NO_OBJECTS), () -> {});
            }
            return new ScriptedExchange(chunk(listener, DISCOVERY), listener::onEnd);
        }

        private static Runnable chunk(ResponseListener listener, String body) {
            return () -> listener.onChunk(body.getBytes(StandardCharsets.UTF_8));
        }

        /** Runs what the exchanges have scheduled, until nothing is left. */
        void runPending() {
            for (Runnable next = pending.poll(); next != null; next = pending.poll()) {
                next.run();
            }
        }

        /** Sends one chunk into the watch. */
        void send(byte[] chunk) {
            Objects.requireNonNull(watch, "no watch yet").onChunk(chunk);
        }

        /** Sends its body at the first pull and its end at the second. */
        private final class ScriptedExchange implements Exchange {

            private final Queue<Runnable> parts = new ArrayDeque<>();

            ScriptedExchange(Runnable body, Runnable end) {
                parts.add(body);
                parts.add(end);
            }

            @Override
            public void pull() {
                Runnable next = parts.poll();
                if (next != null) {
                    pending.add(next);
                }
            }

            @Override
            public void cancel() {
                parts.clear();
            }
        }
    }

    /** A clock that stands still: no timer fires, and only work is measured. */
    private static final class StoppedTime implements Timers {

        @Override
        public Instant now() {
            return NOW;
        }

        @Override
        public Duration uptime() {
            return Duration.ZERO;
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            return () -> {};
        }
    }
}
