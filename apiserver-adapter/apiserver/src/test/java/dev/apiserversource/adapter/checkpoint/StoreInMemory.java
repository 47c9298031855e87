package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** ConfigMaps that outlive the processes which write them; answers take their time, some writes fail, before or after they took effect. */
final class StoreInMemory implements ConfigMapStore {

    final Map<String, byte[]> maps = new HashMap<>();
    final List<String> written = new ArrayList<>();
    String cluster = "cluster-1";
    Instant mainTakenAt = Instant.MIN;
    int refusal;
    int silentFor;
    double trouble;
    private final Timers timers;
    private final RandomGenerator random;

    StoreInMemory(Timers timers, RandomGenerator random) {
        this.timers = timers;
        this.random = random;
    }

    @Override
    public String name() {
        return "kept";
    }

    @Override
    public boolean contains(ObjectMetadata configMap) {
        return configMap.namespace().equals("ns") && ShardLayout.isPartOf("kept", configMap.name());
    }

    @Override
    public Future<byte[]> read(String name) {
        return later(() -> Future.succeededFuture(maps.getOrDefault(name, new byte[0])));
    }

    @Override
    public Future<Boolean> write(String name, byte[] content) {
        assert content.length <= 1024 * 1024 : name + " is too large: " + content.length;
        if (random.nextDouble() < trouble) {
            return later(() -> Future.failedFuture(new StoreException(500, "in trouble")));
        }
        Instant taken = timers.now();
        boolean unheard = random.nextDouble() < trouble;
        return later(() -> {
            written.add(name);
            if (name.equals("kept")) {
                mainTakenAt = taken;
            }
            boolean created = maps.put(name, content) == null;
            return unheard ? Future.failedFuture(new StoreException(0, "cut")) : Future.succeededFuture(created);
        });
    }

    /** Whether the main part says anything of a stream. */
    boolean hasStreams() {
        byte[] main = maps.get("kept");
        try {
            return main != null && !CheckpointCodec.manifest(main).streams().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Future<String> cluster() {
        return later(() -> Future.succeededFuture(cluster));
    }

    private <T> Future<T> later(java.util.function.Supplier<Future<T>> answer) {
        Promise<T> promise = Promise.promise();
        timers.after(Duration.ofMillis(random.nextInt(30)), () -> {
            if (silentFor > 0) {
                silentFor--;
                promise.fail(new StoreException(0, "no answer"));
            } else if (refusal != 0) {
                promise.fail(new StoreException(refusal, "refused"));
            } else {
                answer.get().onComplete(promise);
            }
        });
        return promise.future();
    }
}
