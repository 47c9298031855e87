package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Keeps a durable copy of the state of all streams: restores it before they start, and writes what has changed while
 * they run. Without a store, nothing is restored or written.
 */
public final class CheckpointService {

    private static final Duration LAST_WRITE_TIMEOUT = Duration.ofSeconds(4);
    private static final Logger log = LoggerFactory.getLogger(CheckpointService.class);

    private final Optional<ConfigMapStore> store;
    private final StreamStates states;
    private final Timers timers;
    private final Backoff backoff;
    private final CheckpointMeters meters;
    private final WriteThrottle throttle;

    /** Null until the stored checkpoint was read. */
    private @Nullable CheckpointWriter writer;

    private boolean failing;

    /**
     * A checkpoint that is not loaded yet.
     *
     * @param store where it is kept; empty for no checkpoint
     * @param states the states to restore and to write
     * @param random for the jitter of retries
     */
    public CheckpointService(
            Optional<ConfigMapStore> store,
            StreamStates states,
            Timers timers,
            RandomGenerator random,
            MeterRegistry registry) {
        this.store = store;
        this.states = states;
        this.timers = timers;
        this.backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), random);
        this.meters = new CheckpointMeters(registry, timers, states);
        this.throttle = new WriteThrottle(timers, backoff, this::write);
        meters.enabled(store.isPresent());
    }

    /**
     * Restores what an earlier process has written; to be complete before any stream starts. Retries until the API
     * server has answered, and never fails: a checkpoint that cannot be used is logged and ignored.
     *
     * @param onRetry receives the reason of each retry
     */
    public Future<Void> load(Consumer<String> onRetry) {
        if (store.isEmpty()) {
            log.atWarn().log("no checkpoint configured: changes made while the adapter is down will be lost");
            return Future.succeededFuture();
        }
        return new CheckpointLoader(store.get(), timers, backoff, onRetry)
                .load()
                .map(found -> loaded(store.get(), found));
    }

    private @Nullable Void loaded(ConfigMapStore from, CheckpointLoader.Found found) {
        states.dirtyObjects().listen(this::onDirty);
        writer = new CheckpointWriter(from, states, meters, found);
        if (found instanceof CheckpointLoader.Found.Stored stored) {
            restore(stored);
        } else if (found instanceof CheckpointLoader.Found.Nothing) {
            log.atInfo().addKeyValue("configMap", from.name()).log("no checkpoint found, first start");
        } else if (found instanceof CheckpointLoader.Found.Unusable unusable) {
            meters.ignored(unusable.reason());
            log.atError()
                    .addKeyValue("configMap", from.name())
                    .addKeyValue("reason", unusable.reason())
                    .addKeyValue("detail", unusable.detail())
                    .log("checkpoint unusable, changes since it was written are lost");
        } else if (found instanceof CheckpointLoader.Found.Denied denied) {
            meters.ignored("denied");
            failed(denied.failure(), "checkpoint cannot be read, starting without it");
        }
        return null;
    }

    private void restore(CheckpointLoader.Found.Stored stored) {
        stored.manifest().streams().forEach((id, snapshot) -> {
            List<byte[]> shardStates = new ArrayList<>();
            stored.shards().forEach(shard -> shardStates.addAll(shard.states().getOrDefault(id, List.of())));
            states.restore(id, snapshot, shardStates);
        });
        log.atInfo()
                .addKeyValue("configMap", name())
                .addKeyValue("streams", stored.manifest().streams().size())
                .addKeyValue("objects", states.indexedObjects())
                .log("checkpoint read");
    }

    /** Whether a crash now would lose nothing, as far as a checkpoint is configured and permitted. */
    public boolean isReady() {
        return !meters.isEnabled() || (writer != null && writer.hasWritten(states.claimed()));
    }

    /** Writes what is not written yet; gives up after a few seconds. */
    public Future<Void> close() {
        return writer == null ? Future.succeededFuture() : timers.within(LAST_WRITE_TIMEOUT, throttle.finish());
    }

    private void onDirty(boolean urgent) {
        if (urgent) {
            throttle.soon();
        } else {
            throttle.later();
        }
    }

    private Future<Integer> write() {
        return Objects.requireNonNull(writer, "not loaded")
                .write()
                .onSuccess(bytes -> written())
                .onFailure(failure -> {
                    meters.failed();
                    failed(failure, "checkpoint write failed, retrying");
                });
    }

    private void written() {
        meters.complete();
        meters.enabled(true);
        if (failing) {
            failing = false;
            log.atInfo().addKeyValue("configMap", name()).log("checkpoint written again");
        }
    }

    private void failed(Throwable failure, String message) {
        if (!failing) {
            failing = true;
            log.atWarn()
                    .addKeyValue("configMap", name())
                    .addKeyValue("detail", failure.getMessage())
                    .log(message);
        }
        if (StoreException.isDenied(failure)) {
            meters.enabled(false);
        }
    }

    private String name() {
        return store.map(ConfigMapStore::name).orElse("");
    }
}
