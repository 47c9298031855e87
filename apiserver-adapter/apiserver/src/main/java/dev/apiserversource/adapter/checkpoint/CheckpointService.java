package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.ObjectIndex;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A checkpoint that is kept in ConfigMaps. */
final class CheckpointService implements Checkpoint {

    /** Keys that the journal may hold while nothing can be written. */
    private static final int LONGEST_JOURNAL = 8_192;

    private static final Duration LAST_WRITE = Duration.ofSeconds(4);
    private static final Logger log = LoggerFactory.getLogger(CheckpointService.class);

    private final String name;
    private final ConfigMapStore store;
    private final StreamId keys;
    private final CheckpointObjectFilter own;
    private final Timers timers;
    private final Backoff backoff;
    private final CheckpointMeters meters;
    private final Ledgers ledgers = new Ledgers();
    private final Map<WatchTarget, StreamState> running = new HashMap<>();
    private final WriteThrottle pace;
    private final DirtyObjects journal;
    private final CheckpointWriter writer;
    private boolean loaded;
    private boolean exists;
    private boolean failing;

    CheckpointService(
            String name,
            ConfigMapStore store,
            StreamId keys,
            CheckpointObjectFilter own,
            Timers timers,
            Backoff backoff,
            CheckpointMeters meters) {
        this.name = name;
        this.store = store;
        this.keys = keys;
        this.own = own;
        this.timers = timers;
        this.backoff = backoff;
        this.meters = meters;
        this.pace = new WriteThrottle(timers, backoff, this::write);
        this.journal = new DirtyObjects(LONGEST_JOURNAL, new DirtyObjects.Listener() {
            @Override
            public void changed() {
                pace.soon();
            }

            @Override
            public void moved() {
                pace.later();
            }
        });
        this.writer = new CheckpointWriter(name, store, journal, ledgers, meters);
        meters.enabled(true);
        meters.watch(ledgers);
    }

    @Override
    public Future<Void> load(Consumer<String> unanswered) {
        return new CheckpointLoader(name, store, timers, backoff, unanswered)
                .load()
                .map(this::found)
                .otherwise(this::denied)
                .onSuccess(done -> loaded = true);
    }

    private Void found(CheckpointLoader.Found found) {
        if (found instanceof CheckpointLoader.Found.Stored stored) {
            writer.in(stored.cluster());
            restore(stored.main(), stored.shards());
        } else if (found instanceof CheckpointLoader.Found.Nothing nothing) {
            writer.in(nothing.cluster());
            log.atInfo().addKeyValue("configMap", name).log("no checkpoint yet: this is the first start");
        } else if (found instanceof CheckpointLoader.Found.Unusable unusable) {
            writer.in(unusable.cluster());
            meters.ignored(unusable.reason());
            log.atError()
                    .addKeyValue("configMap", name)
                    .addKeyValue("reason", unusable.reason())
                    .addKeyValue("detail", unusable.detail())
                    .log(
                            "the checkpoint cannot be used: starting from the present, what happened since it was written is lost");
        }
        return null;
    }

    private Void denied(Throwable failure) {
        meters.ignored("denied");
        sayFailing(failure);
        return null;
    }

    private void restore(Manifest main, List<Shard> shards) {
        Map<String, ObjectIndex> indexes = new HashMap<>();
        main.streams().forEach(stream -> indexes.put(stream.key(), new ObjectIndex()));
        shards.forEach(shard -> shard.states().forEach((stream, states) -> {
            ObjectIndex index = indexes.get(stream);
            if (index != null) {
                states.forEach(index::putPacked);
            }
        }));
        for (Manifest.Stream stream : main.streams()) {
            ObjectIndex index = indexes.getOrDefault(stream.key(), new ObjectIndex());
            stream.changed().forEach((object, state) -> {
                if (state == null) {
                    index.remove(object);
                } else {
                    index.putPacked(state);
                }
            });
            restore(stream, index);
        }
        writer.goOnWith(main, shards.stream().mapToInt(Shard::generation).max().orElse(0));
        exists = true;
        log.atInfo()
                .addKeyValue("configMap", name)
                .addKeyValue("streams", main.streams().size())
                .addKeyValue("objects", ledgers.knownObjects())
                .log("checkpoint read");
    }

    /** What the journal said is not yet in the shards, and goes into the next journal. */
    private void restore(Manifest.Stream stream, ObjectIndex index) {
        StreamState ledger = StreamState.restored(stream, index, journal, own, timers::now);
        ledgers.restored(ledger);
        stream.changed().keySet().forEach(object -> journal.add(ledger, object));
    }

    @Override
    public StreamMemory of(WatchTarget target) {
        String key = keys.of(target);
        StreamState ledger = ledgers.claim(key, () -> StreamState.fresh(key, journal, own, timers::now));
        running.put(target, ledger);
        return ledger;
    }

    @Override
    public void allFound() {
        ledgers.dropUnclaimed();
        pace.soon();
    }

    @Override
    public Runnable enter(Change change) {
        StreamState ledger = running.get(change.target());
        return ledger == null ? () -> {} : ledger.enter(change);
    }

    @Override
    public Runnable enter(WatchTarget target, Gap gap) {
        StreamState ledger = running.get(target);
        return ledger == null ? () -> {} : ledger.enter(gap);
    }

    @Override
    public boolean isReady() {
        return !meters.isEnabled() || (exists && running.values().stream().allMatch(writer::hasCommitted));
    }

    private Future<Integer> write() {
        return writer.write().onSuccess(bytes -> wrote()).onFailure(failure -> {
            meters.failed();
            sayFailing(failure);
        });
    }

    private void wrote() {
        exists = true;
        meters.complete();
        meters.enabled(true);
        if (failing) {
            failing = false;
            log.atInfo().addKeyValue("configMap", name).log("the checkpoint is written again");
        }
    }

    private void sayFailing(Throwable failure) {
        if (!failing) {
            failing = true;
            log.atWarn()
                    .addKeyValue("configMap", name)
                    .addKeyValue("detail", failure.getMessage())
                    .log(
                            "the checkpoint cannot be written, trying again; a restart would go on from the last one, or from the present");
        }
        if (StoreException.isDenied(failure)) {
            meters.enabled(false);
        }
    }

    @Override
    public Future<Void> close() {
        return loaded ? timers.within(LAST_WRITE, pace.finish()) : Future.succeededFuture();
    }
}
