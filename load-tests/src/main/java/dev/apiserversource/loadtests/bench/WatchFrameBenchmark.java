package dev.apiserversource.loadtests.bench;

import dev.apiserversource.adapter.model.EmitPolicy;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.adapter.watch.ChangeListener;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What a watch frame costs on its way to a CloudEvent: through the adapter, and through the client's model classes. Sampled, because the
 * median of many short runs holds on a machine that does other things as well.
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

    /** Containers of the Pod that changes: frames of 1.9 and 10.8 kB. */
    @Param({"1", "10"})
    public int containers;

    private final ScriptedWatch api = new ScriptedWatch();
    private final KubernetesSerialization models = new KubernetesSerialization(new ObjectMapper(), true);
    private final EventFactory events = new EventFactory(
            dev.apiserversource.adapter.event.EventMode.RESOURCE,
            URI.create("https://127.0.0.1:6443"),
            "default",
            "bench",
            Map.of());
    private byte[] frame = {};
    private @Nullable CloudEvent last;

    /** Opens the watch that the frames go through. */
    @Setup
    public void openWatch() {
        frame = PodFrame.withContainers(containers);
        Selection selection = new Selection(
                List.of(new RequestedResource("", "v1", "pods", "")), List.of("default"), false, false, EmitPolicy.SKIP);
        StreamDependencies dependencies = new StreamDependencies(
                api,
                Capacity.ALWAYS,
                new StoppedTime(),
                StreamSettings.of(StreamSettings.DEFAULT_WATCH_TIMEOUT, new SplittableRandom(1)),
                new SimpleMeterRegistry(),
                new StreamStates(selection.resources(), object -> false, InstantSource.system()));
        WatchManager streams = new WatchManager(selection, object -> true, this, dependencies);
        streams.start();
        api.runPending();
        if (!streams.allOpen()) {
            throw new IllegalStateException("not open: " + streams.notOpen());
        }
    }

    /** Bytes to Change to CloudEvent, index of known objects included. */
    @Benchmark
    public @Nullable CloudEvent throughTheAdapter() {
        api.send(frame);
        api.runPending();
        return last;
    }

    /** The usual way: the frame into model classes, the object back to JSON, and the same event made of it. */
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
    public void onChange(Change change, Runnable settled) {
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

    /** No timer fires while nothing is measured but work. */
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
