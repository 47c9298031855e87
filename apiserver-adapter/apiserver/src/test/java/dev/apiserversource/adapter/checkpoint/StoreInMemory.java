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
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** ConfigMaps in memory. Answers take some time; some writes fail, before or after they took effect. */
final class StoreInMemory implements ConfigMapStore {

    final Map<String, byte[]> maps = new HashMap<>();
    final List<String> written = new ArrayList<>();
    String cluster = "cluster-1";
    Instant manifestTakenAt = Instant.MIN;
    /** The longest time between two manifests. */
    Duration longestInterval = Duration.ZERO;

    int refusal;
    long bytesWritten;
    boolean overwrites;
    int unansweredRequests;
    double trouble;
    Predicate<String> refusedParts = part -> false;
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
    public Future<WriteResult> write(String name, byte[] content) {
        if (refusedParts.test(name)) {
            return later(() -> Future.failedFuture(new StoreException(403, name + " is forbidden")));
        }
        assert content.length <= 1024 * 1024 : name + " is too large: " + content.length;
        if (random.nextDouble() < trouble) {
            return later(() -> Future.failedFuture(new StoreException(500, "in trouble")));
        }
        Instant taken = timers.now();
        boolean answerLost = random.nextDouble() < trouble;
        return later(() -> {
            written.add(name);
            if (name.equals("kept")) {
                noteManifest(taken);
            }
            WriteResult result = maps.put(name, content) == null ? WriteResult.CREATED : WriteResult.UPDATED;
            result = overwrites ? WriteResult.OVERWRITTEN : result;
            bytesWritten += content.length;
            return answerLost ? Future.failedFuture(new StoreException(0, "cut")) : Future.succeededFuture(result);
        });
    }

    private void noteManifest(Instant taken) {
        if (manifestTakenAt.isAfter(Instant.MIN)) {
            Duration interval = Duration.between(manifestTakenAt, taken);
            longestInterval = interval.compareTo(longestInterval) > 0 ? interval : longestInterval;
        }
        manifestTakenAt = taken;
    }

    /** Whether the manifest holds a stream. */
    boolean hasStreams() {
        byte[] manifest = maps.get("kept");
        try {
            return manifest != null
                    && !CheckpointCodec.manifest(manifest).streams().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Future<String> cluster() {
        return later(() -> Future.succeededFuture(cluster));
    }

    private <T> Future<T> later(Supplier<Future<T>> answer) {
        Promise<T> promise = Promise.promise();
        timers.after(Duration.ofMillis(random.nextInt(30)), () -> {
            if (unansweredRequests > 0) {
                unansweredRequests--;
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
