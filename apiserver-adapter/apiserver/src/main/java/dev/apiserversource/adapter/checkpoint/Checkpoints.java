package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.leader.Fence;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes checkpoints. */
public final class Checkpoints {

    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    private final Timers timers;
    private final RandomGenerator random;
    private final MeterRegistry registry;

    /** Checkpoints on the event loop of {@code timers} that take jitter from {@code random} and count in {@code registry}. */
    public Checkpoints(Timers timers, RandomGenerator random, MeterRegistry registry) {
        this.timers = timers;
        this.random = random;
        this.registry = registry;
    }

    /**
     * A checkpoint kept in the cluster, in ConfigMaps that only this adapter and its successors write.
     *
     * @param name of the ConfigMap; shards have names that begin with it. Empty for no checkpoint.
     * @param namespace of the ConfigMaps
     * @param selection what is watched
     * @param objects the way to the API server
     * @param fence whether this process may overwrite what another has written
     */
    public Checkpoint open(
            Optional<String> name, String namespace, Selection selection, ApiObjects objects, Fence fence) {
        return name.map(n -> stored(n, namespace, selection, new KubeConfigMapStore(objects, namespace, fence)))
                .orElseGet(this::none);
    }

    Checkpoint stored(String name, String namespace, Selection selection, ConfigMapStore store) {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), random);
        StreamId keys = new StreamId(selection.resources());
        CheckpointObjectFilter own = new CheckpointObjectFilter(namespace, name);
        return new CheckpointService(name, store, keys, own, timers, backoff, new CheckpointMeters(registry, timers));
    }

    private Checkpoint none() {
        new CheckpointMeters(registry, timers).enabled(false);
        log.atWarn().log("no checkpoint is configured: what happens while no adapter runs will not be told");
        return new NoCheckpoint();
    }
}
