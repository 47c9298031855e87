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

/** Reads a stored checkpoint. An API server that does not answer is asked again: to begin without would be to lose what is stored. */
final class CheckpointLoader {

    /** A new Role takes a moment to be known to every API server. */
    private static final Duration PATIENCE_WITH_DENIAL = Duration.ofSeconds(10);

    /** What was found. */
    sealed interface Found {

        /** A checkpoint: its main part, and all shards. */
        record Stored(String cluster, Manifest main, List<Shard> shards) implements Found {}

        /** None, or nothing in it. */
        record Nothing(String cluster) implements Found {}

        /** One that cannot be used: {@code reason} is a metric's label, {@code detail} is for people. */
        record Unusable(String cluster, String reason, String detail) implements Found {}
    }

    private final String name;
    private final ConfigMapStore store;
    private final Timers timers;
    private final Backoff backoff;
    private final Consumer<String> unanswered;

    CheckpointLoader(String name, ConfigMapStore store, Timers timers, Backoff backoff, Consumer<String> unanswered) {
        this.name = name;
        this.store = store;
        this.timers = timers;
        this.backoff = backoff;
        this.unanswered = unanswered;
    }

    /** Fails only when the rights are missing, and stay so for some seconds. */
    Future<Found> load() {
        return answer(store::cluster)
                .compose(cluster -> answer(() -> store.read(name)).compose(bytes -> understand(cluster, bytes)));
    }

    private Future<Found> understand(String cluster, byte[] bytes) {
        if (bytes.length == 0) {
            return Future.succeededFuture(new Found.Nothing(cluster));
        }
        try {
            Manifest main = CheckpointCodec.main(bytes);
            boolean foreign = !main.cluster().isEmpty()
                    && !cluster.isEmpty()
                    && !main.cluster().equals(cluster);
            return foreign ? unusable(cluster, "foreign", "it is of another cluster") : shards(cluster, main);
        } catch (IOException | RuntimeException malformed) {
            return unusable(cluster, "corrupt", String.valueOf(malformed));
        }
    }

    private Future<Found> shards(String cluster, Manifest main) {
        ShardLayout layout = new ShardLayout(main.generations().size());
        List<Future<byte[]>> reads = new ArrayList<>();
        for (int i = 0; i < layout.shards(); i++) {
            String shard = layout.name(name, i);
            reads.add(answer(() -> store.read(shard)));
        }
        return Future.all(reads).compose(all -> {
            try {
                List<Shard> shards = new ArrayList<>();
                for (Future<byte[]> read : reads) {
                    shards.add(shard(read.result(), main.generations().get(shards.size())));
                }
                return Future.succeededFuture(new Found.Stored(cluster, main, shards));
            } catch (IOException | RuntimeException malformed) {
                return unusable(cluster, "corrupt", "a shard: " + malformed);
            }
        });
    }

    private static Shard shard(byte[] bytes, int atLeast) throws IOException {
        if (bytes.length == 0) {
            throw new IOException("is missing");
        }
        Shard shard = CheckpointCodec.shard(bytes);
        if (shard.generation() < atLeast) {
            throw new IOException("generation " + shard.generation() + " instead of " + atLeast);
        }
        return shard;
    }

    private static Future<Found> unusable(String cluster, String reason, String detail) {
        return Future.succeededFuture(new Found.Unusable(cluster, reason, detail));
    }

    private <T> Future<T> answer(Supplier<Future<T>> question) {
        Promise<T> answered = Promise.promise();
        ask(question, answered, timers.now().plus(PATIENCE_WITH_DENIAL), 1);
        return answered.future();
    }

    private <T> void ask(Supplier<Future<T>> question, Promise<T> answered, Instant deniedFor, int attempt) {
        question.get().onSuccess(answered::complete).onFailure(failure -> {
            if (StoreException.isDenied(failure) && timers.now().isAfter(deniedFor)) {
                answered.fail(failure);
                return;
            }
            unanswered.accept("the checkpoint cannot be read: " + failure.getMessage());
            timers.after(backoff.before(attempt), () -> ask(question, answered, deniedFor, attempt + 1));
        });
    }
}
