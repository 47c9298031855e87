package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;

/** Receives what the streams read. */
public interface ChangeListener {

    /**
     * An object that passes the filter has changed. The changes of one stream come in the order of the API server.
     *
     * @param settled to be run once, when the change is settled
     */
    void onChange(Change change, PendingChange settled);

    /**
     * A gap of the stream of {@code target} is closed; the changes that the comparison found were passed before. A
     * gap that an earlier process closed and did not settle is passed at the start.
     *
     * @param settled to be run once, when the event of the gap is settled
     */
    void onGap(WatchTarget target, Gap gap, Runnable settled);

    /**
     * An object that exists is sent once more, as an add. What was emitted of it before was passed before, and it has
     * not changed since.
     *
     * @param change in the form of an add
     * @param replay the value that names the replay
     * @param settled to be run once, when the event is settled
     */
    void onReplay(Change change, String replay, Runnable settled);

    /** A watch cannot be opened until somebody intervenes; it is retried all the same. {@code why} is for people. */
    void onDenied(String why);
}
