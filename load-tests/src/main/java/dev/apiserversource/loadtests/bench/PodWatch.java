package dev.apiserversource.loadtests.bench;

import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.state.PreviousStates;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.EmitRules;
import dev.apiserversource.adapter.watch.StreamDependencies;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.adapter.watch.WatchManager;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The adapter's watch of Pods, open, and the frames that are sent through it. */
final class PodWatch {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String POD_FRAME = """
            {"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-7c5ddbdf54-x2x8q",\
            "generateName":"web-7c5ddbdf54-","namespace":"default","uid":"6f2f3c9e-2f43-4c8b-9d0c-5d6f1e0a7b11",\
            "resourceVersion":"100000000","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"web"},\
            "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7c5ddbdf54",\
            "uid":"0f0a52e6-58a5-4bb5-8f52-d2a0f7bdb1d7","controller":true,"blockOwnerDeletion":true}],\
            "managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1",\
            "time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1",\
            "fieldsV1":{"f:status":{"f:conditions":{".":{},"f:phase":{},"f:podIP":{}}%s}}}]},\
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

    private static final String MANAGED_FIELD = """
            ,"f:containers":{"k:{\\"name\\":\\"c%d\\"}":{".":{},"f:env":{".":{},"k:{\\"name\\":\\"MODE\\"}":\
            {".":{},"f:name":{},"f:value":{}}},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{".":{}},\
            "f:resources":{},"f:terminationMessagePath":{}}}""";

    /** Index of the last digit of the version. */
    private static final int VERSION_END = POD_FRAME.indexOf("100000000") + 8;

    private final ScriptedApi api;

    private PodWatch(ScriptedApi api) {
        this.api = api;
    }

    /** All Pods of one namespace, as whole objects. */
    static Selection selection(ObjectOptions options, DataPolicy data) {
        return new Selection(
                List.of(new RequestedResource("", "v1", "pods", "", "", options)),
                List.of("default"),
                false,
                false,
                EmitPolicy.SKIP,
                data);
    }

    /** An open watch, whose changes go to {@code listener}. */
    static PodWatch open(Selection selection, EmitRules rules, ChangeListener listener) {
        ScriptedApi api = new ScriptedApi();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        StreamDependencies dependencies = new StreamDependencies(
                api,
                new ReadLimits(Capacity.ALWAYS, new ReadBudget(0)),
                new StoppedTime(),
                StreamSettings.of(StreamSettings.DEFAULT_WATCH_TIMEOUT, new SplittableRandom(1)),
                registry,
                new StreamStates(selection.resources(), object -> false, InstantSource.system()));
        WatchManager streams =
                new WatchManager(selection, rules, new PreviousStates(1 << 24, registry), listener, dependencies);
        streams.start();
        api.runPending();
        if (!streams.allOpen()) {
            throw new IllegalStateException("not open: " + streams.notOpen());
        }
        return new PodWatch(api);
    }

    /** Sends the frame through the watch, in its next version: a version that was read is left out. */
    void send(byte[] frame) {
        int digit = VERSION_END;
        while (frame[digit] == '9') {
            frame[digit--] = '0';
        }
        frame[digit]++;
        api.send(frame);
        api.runPending();
    }

    /**
     * The frame of a running Pod as an API server sends it; ends with a line feed.
     *
     * @param containers how many the Pod has
     * @param managers how many times its managedFields name each container
     */
    static byte[] frame(int containers, int managers) {
        return POD_FRAME
                .formatted(
                        managers > 1
                                ? repeated(containers * managers, MANAGED_FIELD).replace("},,", "},")
                                : "",
                        repeated(containers, CONTAINER),
                        repeated(containers, CONTAINER_STATUS))
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
