package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.io.IOException;
import java.time.Duration;
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
    private final boolean required;
    private final Timers timers;
    private final Backoff backoff;
    private final Consumer<String> onRetry;

    /**
     * A loader that passes the reason of each retry to {@code onRetry}.
     *
     * @param required whether a manifest that must not be read is waited for
     */
    CheckpointLoader(ConfigMapStore store, boolean required, Timers timers, Backoff backoff, Consumer<String> onRetry) {
        this.store = store;
        this.required = required;
        this.timers = timers;
        this.backoff = backoff;
        this.onRetry = onRetry;
    }

    /** What was found. {@code cluster} identifies this cluster; it is empty when it could not be read. */
    sealed interface Found {

        String cluster();

        /**
         * A checkpoint: its manifest and those shards that could be read.
         *
         * @param problems why other shards could not be used, or are too old
         */
        record Stored(String cluster, Manifest manifest, List<Manifest.Shard> shards, List<String> problems)
                implements Found {}

        /** No checkpoint, or an empty one. */
        record Nothing(String cluster) implements Found {}

        /** One that cannot be used: {@code reason} is a metric's label, {@code detail} is for people. */
        record Unusable(String cluster, String reason, String detail) implements Found {}

        /** The rights to read it are missing. */
        record Denied(String cluster, Throwable failure) implements Found {}
    }

    /** Fails only with {@link UnsupportedFormatException}. */
    Future<Found> load() {
        return untilAnswered(store::cluster, false).otherwise("").compose(cluster -> untilAnswered(
                        () -> store.read(store.name()), required)
                .compose(
                        bytes -> decode(cluster, bytes),
                        denied -> Future.succeededFuture(new Found.Denied(cluster, denied))));
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
        } catch (UnsupportedFormatException newer) {
            return Future.failedFuture(newer);
        } catch (IOException | RuntimeException malformed) {
            return unusable(cluster, "corrupt", String.valueOf(malformed));
        }
    }

    private static Future<Found> unusable(String cluster, String reason, String detail) {
        return Future.succeededFuture(new Found.Unusable(cluster, reason, detail));
    }

    /** The low-water marks are in the manifest. A shard that cannot be read takes only its part of the index away. */
    private Future<Found> readShards(String cluster, Manifest manifest) {
        ShardLayout layout = new ShardLayout(manifest.generations().size());
        List<Future<byte[]>> reads = new ArrayList<>();
        for (int i = 0; i < layout.shards(); i++) {
            String part = layout.name(store.name(), i);
            reads.add(untilAnswered(() -> store.read(part), false));
        }
        return Future.join(reads).transform(all -> {
            List<Manifest.Shard> shards = new ArrayList<>();
            List<String> problems = new ArrayList<>();
            for (int i = 0; i < layout.shards(); i++) {
                String name = layout.name(store.name(), i);
                decodeShard(reads.get(i), manifest.generations().get(i), shards, why -> problems.add(name + " " + why));
            }
            return Future.succeededFuture(new Found.Stored(cluster, manifest, shards, problems));
        });
    }

    private static void decodeShard(
            Future<byte[]> read, int minGeneration, List<Manifest.Shard> shards, Consumer<String> problem) {
        if (read.failed()) {
            problem.accept("cannot be read: " + read.cause().getMessage());
        } else if (read.result().length == 0) {
            problem.accept("is missing");
        } else {
            try {
                Manifest.Shard shard = CheckpointCodec.shard(read.result());
                // The states in an older shard were settled, too.
                shards.add(shard);
                if (shard.generation() < minGeneration) {
                    problem.accept("has generation " + shard.generation() + " instead of " + minGeneration);
                }
            } catch (IOException | RuntimeException malformed) {
                problem.accept("is corrupt: " + malformed);
            }
        }
    }

    /** Repeats the request until it succeeds. Fails only when it is denied for some seconds and is not required. */
    private <T> Future<T> untilAnswered(Supplier<Future<T>> request, boolean requiredRequest) {
        Promise<T> answered = Promise.promise();
        attempt(new Request<>(request, answered, timers.uptime().plus(DENIED_FOR_GOOD_AFTER), requiredRequest), 1);
        return answered.future();
    }

    private record Request<T>(
            Supplier<Future<T>> send, Promise<T> answered, Duration deniedForGood, boolean required) {}

    private <T> void attempt(Request<T> request, int attempt) {
        Future.<Void>succeededFuture()
                .compose(start -> request.send().get())
                .onSuccess(request.answered()::complete)
                .onFailure(failure -> {
                    boolean denied = StoreException.isDenied(failure);
                    if (denied && !request.required() && timers.uptime().compareTo(request.deniedForGood()) > 0) {
                        request.answered().fail(failure);
                        return;
                    }
                    onRetry.accept("the checkpoint cannot be read: " + failure.getMessage());
                    timers.after(backoff.before(attempt), () -> attempt(request, attempt + 1));
                });
    }
}
