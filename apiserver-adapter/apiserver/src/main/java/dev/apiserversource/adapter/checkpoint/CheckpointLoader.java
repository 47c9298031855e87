package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
         * A checkpoint: its manifest and those parts that could be read.
         *
         * @param segments in the order of the journal, oldest first
         * @param problems why other shards and segments could not be used, or are too old
         */
        record Stored(
                String cluster,
                Manifest manifest,
                List<Manifest.Shard> shards,
                Map<Manifest.SegmentName, Manifest.Segment> segments,
                List<String> problems)
                implements Found {

            /** Whether the process that wrote the shards has ended before it wrote a manifest that names them. */
            boolean hasNewerShards() {
                return shards.stream().anyMatch(shard -> manifest.parts().generations().stream()
                        .allMatch(named -> named < shard.generation()));
            }
        }

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
                    : readParts(cluster, manifest);
        } catch (UnsupportedFormatException newer) {
            return Future.failedFuture(newer);
        } catch (IOException | RuntimeException malformed) {
            return unusable(cluster, "corrupt", String.valueOf(malformed));
        }
    }

    private static Future<Found> unusable(String cluster, String reason, String detail) {
        return Future.succeededFuture(new Found.Unusable(cluster, reason, detail));
    }

    /**
     * The low-water marks are in the manifest. A shard or segment that cannot be read takes only its part of the index
     * away.
     */
    private Future<Found> readParts(String cluster, Manifest manifest) {
        List<Manifest.Shard> shards = new ArrayList<>();
        Map<Manifest.SegmentName, Manifest.Segment> segments = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        List<Integer> generations = manifest.parts().generations();
        ShardLayout layout = new ShardLayout(generations.size());
        List<Future<Runnable>> reads = new ArrayList<>();
        for (int i = 0; i < layout.shards(); i++) {
            int minGeneration = generations.get(i);
            reads.add(
                    readPart(layout.name(store.name(), i), problems, bytes -> addShard(shards, bytes, minGeneration)));
        }
        manifest.parts()
                .journal()
                .forEach(named -> reads.add(readPart(
                        ShardLayout.segmentName(store.name(), named.number()),
                        problems,
                        bytes -> addSegment(segments, bytes, named))));
        return Future.all(reads).map(all -> {
            // In order, whichever answer came first: the states in a later segment replace those in an earlier one.
            reads.forEach(read -> read.result().run());
            return new Found.Stored(cluster, manifest, shards, segments, problems);
        });
    }

    private interface PartDecoder {

        /** Returns what is wrong with the part, or nothing. */
        Optional<String> decode(byte[] bytes) throws IOException;
    }

    /** Never fails. The result decodes the part, or notes why there is nothing to decode. */
    private Future<Runnable> readPart(String part, List<String> problems, PartDecoder decoder) {
        return untilAnswered(() -> store.read(part), false)
                .transform(read -> Future.succeededFuture(
                        () -> problem(read, decoder).ifPresent(why -> problems.add(part + " " + why))));
    }

    private static Optional<String> problem(AsyncResult<byte[]> read, PartDecoder decoder) {
        if (read.failed()) {
            return Optional.of("cannot be read: " + read.cause().getMessage());
        }
        if (read.result().length == 0) {
            return Optional.of("is missing");
        }
        try {
            return decoder.decode(read.result());
        } catch (IOException | RuntimeException malformed) {
            return Optional.of("is corrupt: " + malformed);
        }
    }

    private static Optional<String> addShard(List<Manifest.Shard> shards, byte[] bytes, int minGeneration)
            throws IOException {
        Manifest.Shard shard = CheckpointCodec.shard(bytes);
        // The states in an older shard were settled, too.
        shards.add(shard);
        return shard.generation() < minGeneration
                ? Optional.of("has generation " + shard.generation() + " instead of " + minGeneration)
                : Optional.empty();
    }

    private static Optional<String> addSegment(
            Map<Manifest.SegmentName, Manifest.Segment> segments, byte[] bytes, Manifest.SegmentName named)
            throws IOException {
        Manifest.Segment segment = CheckpointCodec.segment(bytes);
        if (segment.id() != named.id()) {
            return Optional.of("is another segment");
        }
        segments.put(named, segment);
        return Optional.empty();
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
