package dev.apiserversource.loadtests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.EmitRules;
import io.cloudevents.CloudEvent;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

    private static final WatchTarget PODS =
            new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("default"), "", false);

    /** Containers of the Pod: frames of 1.9 and 10.8 kB. */
    @Param({"1", "10"})
    public int containers;

    private final KubernetesSerialization models = new KubernetesSerialization(new ObjectMapper(), true);
    private final EventFactory events = new EventFactory(
            dev.apiserversource.adapter.event.EventMode.RESOURCE,
            URI.create("https://127.0.0.1:6443"),
            "default",
            "bench",
            Map.of());
    private byte[] frame = {};
    private @Nullable PodWatch pods;
    private @Nullable CloudEvent last;

    /** Opens the watch that the frames are sent through. */
    @Setup
    public void openWatch() {
        frame = PodWatch.frame(containers, 1);
        pods = PodWatch.open(selection(), EmitRules.ofObjects(object -> true), this);
    }

    private static Selection selection() {
        return PodWatch.selection(ObjectOptions.DEFAULTS, DataPolicy.DEFAULTS);
    }

    /** From bytes to Change to CloudEvent, index of known objects included. */
    @Benchmark
    public @Nullable CloudEvent throughTheAdapter() {
        pods().send(frame);
        return last;
    }

    /** From bytes to model classes, the object back to JSON, and the same CloudEvent. */
    @Benchmark
    public CloudEvent throughModelClasses() {
        WatchEvent event = models.unmarshal(new ByteArrayInputStream(frame), WatchEvent.class);
        Pod pod = (Pod) event.getObject();
        byte[] json = models.asJson(pod).getBytes(StandardCharsets.UTF_8);
        return events.create(
                new Change(Change.Kind.MODIFIED, PODS, metadata(pod), json, false, Optional.empty(), Optional.empty()),
                PodWatch.NOW);
    }

    private PodWatch pods() {
        return Objects.requireNonNull(pods, "no watch yet");
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
        last = events.create(change, PodWatch.NOW);
        settled.run();
    }

    @Override
    public void onReplay(Change change, String replay, Runnable settled) {}

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        throw new IllegalStateException(gap.toString());
    }

    @Override
    public void onDenied(String why) {
        throw new IllegalStateException(why);
    }
}
