package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the stored checkpoint. Retries until the API server answers: to start without the checkpoint would lose what
 * happened since it was written.
 */
final class CheckpointLoader {

    /** A new Role needs a moment to reach every API server. */
    private static final Duration DENIED_FOR_GOOD_AFTER = Duration.ofSeconds(10);

    private final ConfigMapStore store;
    private final Timers timers;
    private final Backoff backoff;
    private final Consumer<String> onRetry;

    /** A loader that passes the reason of each retry to {@code onRetry}. */
    CheckpointLoader(ConfigMapStore store, Timers timers, Backoff backoff, Consumer<String> onRetry) {
        this.store = store;
        this.timers = timers;
        this.backoff = backoff;
        this.onRetry = onRetry;
    }

    /** What was found. {@code cluster} identifies this cluster; it is empty when it could not be read. */
    sealed interface Found {

        String cluster();

        /** A checkpoint: its manifest and all shards. */
        record Stored(String cluster, Manifest manifest, List<Manifest.Shard> shards) implements Found {}

        /** No checkpoint, or an empty one. */
        record Nothing(String cluster) implements Found {}

        /** One that cannot be used: {@code reason} is a metric's label, {@code detail} is for people. */
        record Unusable(String cluster, String reason, String detail) implements Found {}

        /** The rights to read it are missing. */
        record Denied(String cluster, Throwable failure) implements Found {}
    }

    /** Never fails. */
    Future<Found> load() {
        return untilAnswered(store::cluster)
                .compose(cluster -> untilAnswered(() -> store.read(store.name()))
                        .compose(bytes -> decode(cluster, bytes))
                        .otherwise(denied -> new Found.Denied(cluster, denied)))
                .otherwise(denied -> new Found.Denied("", denied));
    }

    private Future<Found> decode(String cluster, byte[] bytes) {
        if (bytes.length == 0) {
            return Future.succeededFuture(new Found.Nothing(cluster));
        }
        try {
            Manifest manifest = CheckpointCodec.manifest(bytes);
            boolean foreign = !manifest.cluster().isEmpty()
                    && !cluster.isEmpty()
                    && !manifest.cluster().equals(cluster);
            return foreign
                    ? unusable(cluster, "foreign", "it was written in another cluster")
                    : readShards(cluster, manifest);
        } catch (IOException | RuntimeException malformed) {
            return unusable(cluster, "corrupt", String.valueOf(malformed));
        }
    }

    private Future<Found> readShards(String cluster, Manifest manifest) {
        ShardLayout layout = new ShardLayout(manifest.generations().size());
        List<Future<byte[]>> reads = new ArrayList<>();
        for (int i = 0; i < layout.shards(); i++) {
            String part = layout.name(store.name(), i);
            reads.add(untilAnswered(() -> store.read(part)));
        }
        return Future.all(reads).compose(all -> {
            try {
                List<Manifest.Shard> shards = new ArrayList<>();
                for (Future<byte[]> read : reads) {
                    shards.add(decodeShard(read.result(), manifest.generations().get(shards.size())));
                }
                return Future.succeededFuture(new Found.Stored(cluster, manifest, shards));
            } catch (IOException | RuntimeException malformed) {
                return unusable(cluster, "corrupt", "a shard: " + malformed);
            }
        });
    }

    private static Manifest.Shard decodeShard(byte[] bytes, int minGeneration) throws IOException {
        if (bytes.length == 0) {
            throw new IOException("is missing");
        }
        Manifest.Shard shard = CheckpointCodec.shard(bytes);
        if (shard.generation() < minGeneration) {
            throw new IOException("generation " + shard.generation() + " instead of " + minGeneration);
        }
        return shard;
    }

    private static Future<Found> unusable(String cluster, String reason, String detail) {
        return Future.succeededFuture(new Found.Unusable(cluster, reason, detail));
    }

    /** Repeats the request until it succeeds. Fails only when it is denied for some seconds. */
    private <T> Future<T> untilAnswered(Supplier<Future<T>> request) {
        Promise<T> answered = Promise.promise();
        attempt(request, answered, timers.now().plus(DENIED_FOR_GOOD_AFTER), 1);
        return answered.future();
    }

    private <T> void attempt(Supplier<Future<T>> request, Promise<T> answered, Instant deniedForGood, int attempt) {
        request.get().onSuccess(answered::complete).onFailure(failure -> {
            if (StoreException.isDenied(failure) && timers.now().isAfter(deniedForGood)) {
                answered.fail(failure);
                return;
            }
            onRetry.accept("the checkpoint cannot be read: " + failure.getMessage());
            timers.after(backoff.before(attempt), () -> attempt(request, answered, deniedForGood, attempt + 1));
        });
    }
}
