package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.watch.Memory;
import io.vertx.core.Future;

import java.util.function.Consumer;

/** What lets a later process go on where this one ends. */
public interface Checkpoint extends Memory {

    /**
     * Reads what an earlier process has left; to be complete before any stream starts. Asks until the API server has answered, and never fails:
     * what cannot be used is said and ignored.
     *
     * @param unanswered is told why the API server does not answer
     */
    Future<Void> load(Consumer<String> unanswered);

    /** Enters a change that a stream has read; the answer is to be run once, when nothing remains to be done for it. */
    Runnable enter(Change change);

    /** Enters a gap of the stream of {@code target} that was closed; the answer is to be run once, when nothing remains to be done for it. */
    Runnable enter(WatchTarget target, Gap gap);

    /** Whether a crash at this moment would lose nothing, as far as this adapter may keep a checkpoint at all. */
    boolean isReady();

    /** Writes what is not written yet; gives up after a few seconds. */
    Future<Void> close();
}
