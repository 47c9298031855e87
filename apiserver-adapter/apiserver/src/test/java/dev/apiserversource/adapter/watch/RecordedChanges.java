package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;

import java.util.ArrayList;
import java.util.List;

/** Keeps the changes and gaps, and settles nothing. */
final class RecordedChanges implements ChangeListener {

    final List<Change> changes = new ArrayList<>();
    final List<Gap> gaps = new ArrayList<>();

    @Override
    public void onChange(Change change, PendingChange settled) {
        changes.add(change);
    }

    @Override
    public void onReplay(Change change, String replay, Runnable settled) {}

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        gaps.add(gap);
    }

    @Override
    public void onDenied(String why) {}
}
