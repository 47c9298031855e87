package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Keeps a durable copy of the state of all streams: restores it before they start, and writes what has changed while
 * they run. Without a store, nothing is restored or written.
 */
public final class CheckpointService {

    private static final Duration LAST_WRITE_TIMEOUT = Duration.ofSeconds(4);
    private static final Logger log = LoggerFactory.getLogger(CheckpointService.class);

    private final Optional<ConfigMapStore> store;
    private final StartPolicy policy;
    private final StreamStates states;
    private final Timers timers;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final CheckpointMeters meters;
    private final WriteThrottle throttle;

    private WriteSizes sizes = WriteSizes.DEFAULT;

    /** Null until the stored checkpoint was read. */
    private @Nullable CheckpointWriter writer;

    private String notRead = "the checkpoint is not read yet";
    private boolean failing;

    /**
     * What to do when nothing can be read.
     *
     * @param required whether to wait for the right to read it, rather than to start without
     * @param remedy the command that grants the right, for people
     * @param startedBefore whether an earlier process of this source has worked; asked once this process is the leader
     */
    public record StartPolicy(boolean required, String remedy, BooleanSupplier startedBefore) {}

    /**
     * A checkpoint that is not loaded yet.
     *
     * @param store where it is kept; empty for no checkpoint
     * @param policy what to do when nothing can be read
     * @param states the states to restore and to write
     * @param random for the jitter of retries, and the seed of the shards
     */
    public CheckpointService(
            Optional<ConfigMapStore> store,
            StartPolicy policy,
            StreamStates states,
            Timers timers,
            RandomGenerator random,
            MeterRegistry registry) {
        this.store = store;
        this.policy = policy;
        this.states = states;
        this.timers = timers;
        this.random = random;
        this.backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), random);
        this.meters = new CheckpointMeters(registry, timers, states);
        this.throttle = new WriteThrottle(timers, backoff, this::write);
        meters.enabled(store.isPresent());
    }

    /** Before it is loaded: smaller parts, so that a test reaches every case with few objects. */
    void limit(WriteSizes smaller) {
        sizes = smaller;
    }

    /**
     * Restores what an earlier process has written; to be complete before any stream starts. Retries until the API
     * server has answered. A checkpoint that cannot be used is logged, and the streams report a gap.
     *
     * @param onRetry receives the reason of each retry, if the checkpoint is required
     * @return fails, with a message for people, when a newer release has written the checkpoint
     */
    public Future<Void> load(Consumer<String> onRetry) {
        if (store.isEmpty()) {
            log.atWarn().log("no checkpoint configured: changes made while the adapter is down will be lost");
            return Future.succeededFuture();
        }
        return new CheckpointLoader(store.get(), policy.required(), timers, backoff, why -> retrying(why, onRetry))
                .load()
                .compose(found -> loaded(store.get(), found));
    }

    private void retrying(String why, Consumer<String> onRetry) {
        notRead = why;
        if (!failing) {
            failing = true;
            log.atLevel(policy.required() ? Level.WARN : Level.INFO)
                    .addKeyValue("configMap", name())
                    .addKeyValue("detail", why)
                    .log("waiting for the checkpoint");
        }
        if (policy.required()) {
            onRetry.accept(why);
        }
    }

    private Future<Void> loaded(ConfigMapStore from, CheckpointLoader.Found found) {
        failing = false;
        states.dirtyObjects().listen(this::onDirty);
        WriteTarget to = new WriteTarget(from, states, meters, timers, throttle::charge, this::writeFailed);
        writer = new CheckpointWriter(to, found, sizes, random.nextLong() | 1);
        if (found instanceof CheckpointLoader.Found.Stored stored) {
            restore(stored);
        } else if (found instanceof CheckpointLoader.Found.Nothing) {
            return foundNothing();
        } else if (found instanceof CheckpointLoader.Found.Unusable unusable) {
            forget(unusable.reason(), unusable.detail());
        } else if (found instanceof CheckpointLoader.Found.Denied denied) {
            startWithout(denied.failure());
        }
        return Future.succeededFuture();
    }

    /** Writes are tried all the same: once the right is granted, a later process resumes where this one ends. */
    private void startWithout(Throwable failure) {
        meters.ignored("denied");
        failed(failure, "no right to the checkpoint: changes made while the adapter is down will be lost");
    }

    /** The first start, unless the Lease shows that there was one before. */
    private Future<Void> foundNothing() {
        if (policy.startedBefore().getAsBoolean()) {
            forget("missing", "an earlier process has held the Lease");
            return Future.succeededFuture();
        }
        log.atInfo().addKeyValue("configMap", name()).log("no checkpoint found, first start");
        // The process can end before its first list. The next one must not take this for a lost checkpoint.
        return attempt(CheckpointWriter::writeEmpty).otherwiseEmpty();
    }

    private void forget(String reason, String detail) {
        states.forget();
        meters.ignored(reason);
        log.atError()
                .addKeyValue("configMap", name())
                .addKeyValue("reason", reason)
                .addKeyValue("detail", detail)
                .log("checkpoint unusable, changes since it was written are lost");
    }

    private void restore(CheckpointLoader.Found.Stored stored) {
        Manifest manifest = stored.manifest();
        boolean partial = !stored.problems().isEmpty();
        manifest.streams().forEach((id, snapshot) -> {
            List<byte[]> shardStates = new ArrayList<>();
            stored.shards().forEach(shard -> shardStates.addAll(shard.states().getOrDefault(id, List.of())));
            StreamState stream = states.restore(id, snapshot, shardStates, journal(stored, id));
            if (partial || manifest.incompleteIndexes().contains(id)) {
                stream.markIndexIncomplete();
            }
        });
        if (stored.hasNewerShards()) {
            states.shardsAreNewerThanManifest();
        }
        if (!manifest.written().equals(Manifest.UNKNOWN_TIME)) {
            states.restoredFrom(manifest.written());
        }
        if (partial
                || manifest.parts().seed() == Manifest.NO_SEED
                || !manifest.incompleteIndexes().isEmpty()) {
            states.dirtyObjects().addAll();
        }
        if (partial) {
            incomplete(stored.problems());
        }
        log.atInfo()
                .addKeyValue("configMap", name())
                .addKeyValue("streams", manifest.streams().size())
                .addKeyValue("objects", states.indexedObjects())
                .log("checkpoint read");
    }

    private static List<Map<String, byte @Nullable []>> journal(CheckpointLoader.Found.Stored stored, String stream) {
        return stored.segments().values().stream()
                .map(segment -> segment.states().getOrDefault(stream, Map.of()))
                .toList();
    }

    private void incomplete(List<String> problems) {
        meters.ignored("shard");
        log.atWarn()
                .addKeyValue("configMap", name())
                .addKeyValue("detail", String.join("; ", problems))
                .log("checkpoint lacks parts, resuming with an incomplete index");
    }

    /** Whether a crash now would lose nothing, as far as a checkpoint is configured and permitted. */
    public boolean isReady() {
        return notReady().isEmpty();
    }

    /** Why a crash now could lose changes, for people; empty when it could not, or there is no checkpoint. */
    public Optional<String> notReady() {
        if (store.isEmpty() || (!policy.required() && !meters.isEnabled())) {
            return Optional.empty();
        }
        if (writer == null) {
            return Optional.of(notRead);
        }
        return writer.hasWritten(states.claimed())
                ? Optional.empty()
                : Optional.of("the first checkpoint is not written yet");
    }

    /** Writes what is not written yet; gives up after a few seconds. */
    public Future<Void> close() {
        if (writer == null) {
            return Future.succeededFuture();
        }
        writer.stop();
        // The time of the last manifest decides what is new in a namespace that joins.
        throttle.soon();
        return timers.within(LAST_WRITE_TIMEOUT, throttle.finish());
    }

    private void onDirty(boolean urgent) {
        if (urgent) {
            throttle.soon();
        } else {
            throttle.later();
        }
    }

    private Future<Void> write() {
        return attempt(CheckpointWriter::write);
    }

    private Future<Void> attempt(Function<CheckpointWriter, Future<Void>> write) {
        CheckpointWriter to = Objects.requireNonNull(writer, "not loaded");
        return Future.<Void>succeededFuture()
                .compose(start -> write.apply(to))
                .onSuccess(done -> written(to.hasMore()))
                .onFailure(this::writeFailed);
    }

    private void written(boolean more) {
        if (more) {
            throttle.soon();
        }
        meters.complete();
        meters.enabled(true);
        if (failing) {
            failing = false;
            log.atInfo().addKeyValue("configMap", name()).log("checkpoint written again");
        }
    }

    private void writeFailed(Throwable failure) {
        meters.failed();
        failed(failure, "checkpoint write failed, retrying");
    }

    private void failed(Throwable failure, String message) {
        if (!failing) {
            failing = true;
            LoggingEventBuilder warning =
                    log.atWarn().addKeyValue("configMap", name()).addKeyValue("detail", failure.getMessage());
            (isOptionalAndDenied(failure) ? warning.addKeyValue("remedy", policy.remedy()) : warning).log(message);
        }
        if (StoreException.isDenied(failure)) {
            meters.enabled(false);
        }
    }

    private boolean isOptionalAndDenied(Throwable failure) {
        return !policy.required() && StoreException.isDenied(failure);
    }

    private String name() {
        return store.map(ConfigMapStore::name).orElse("");
    }
}
