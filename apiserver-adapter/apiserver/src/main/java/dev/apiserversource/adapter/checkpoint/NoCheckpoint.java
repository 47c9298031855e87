package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import io.vertx.core.Future;

import java.util.function.Consumer;

/** Keeps nothing: each process begins from the present. */
final class NoCheckpoint implements Checkpoint {

    @Override
    public Future<Void> load(Consumer<String> unanswered) {
        return Future.succeededFuture();
    }

    @Override
    public Runnable enter(Change change) {
        return () -> {};
    }

    @Override
    public Runnable enter(WatchTarget target, Gap gap) {
        return () -> {};
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    @Override
    public StreamMemory of(WatchTarget target) {
        return new Forgetful();
    }

    @Override
    public void allFound() {}
}
