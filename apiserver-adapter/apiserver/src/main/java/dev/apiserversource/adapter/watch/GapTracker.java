package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import org.jspecify.annotations.Nullable;

/** Whether a stream follows its target without a break. While it does not, what comparing finds out is counted; when it does again, the gap is told. */
final class GapTracker {

    private final WatchTarget target;
    private final StreamMeters events;
    private final ChangeDetector detector;
    private @Nullable OpenGap gap;

    GapTracker(WatchTarget target, StreamMeters events, ChangeDetector detector) {
        this.target = target;
        this.events = events;
        this.detector = detector;
    }

    /** There is no way on from {@code from}, which is empty when nobody knows where the stream had been. */
    void broken(String reason, String from) {
        gap = new OpenGap(reason, from);
        detector.countInto(gap);
        events.relisting(reason);
    }

    /** A list is complete that shows the state at {@code to}, and all changes found by comparing with it have been handed on. */
    void restored(String to) {
        if (gap != null) {
            Gap closed = gap.closed(to);
            gap = null;
            detector.countInto(null);
            events.closed(target, closed);
        }
    }
}
