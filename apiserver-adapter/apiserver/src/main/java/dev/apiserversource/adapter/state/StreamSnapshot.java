package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.Gap;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a later process needs to resume one stream, besides the index of settled states. Objects are named {@code
 * namespace/name} and their states are {@linkplain dev.apiserversource.adapter.model.ObjectState#pack packed}.
 *
 * @param lowWatermark the resourceVersion to watch from; empty to list and compare
 * @param gapFrom without a low-water mark, the resourceVersion up to which every change was settled; empty when unknown
 * @param window what of the stretch behind the low-water mark is settled
 * @param unacknowledgedCreates objects without a settled state that the sink may have received
 * @param changedStates settled states that are newer than those in shards and journal; null for objects that are
 *     deleted
 * @param unsettledGaps gaps that were closed and whose event is not settled
 * @param replay how far objects were replayed; empty when none ever were
 */
public record StreamSnapshot(
        String lowWatermark,
        String gapFrom,
        ResumeWindow window,
        List<byte[]> unacknowledgedCreates,
        Map<String, byte @Nullable []> changedStates,
        List<Gap> unsettledGaps,
        Optional<ReplayMark> replay) {

    /** Of a resource without a stream. The low-water mark is older than any. */
    static final StreamSnapshot NOTHING_READ =
            new StreamSnapshot("0", "", new ResumeWindow("", Map.of()), List.of(), Map.of(), List.of());

    /** Of a stream without a replay. */
    public StreamSnapshot(
            String lowWatermark,
            String gapFrom,
            ResumeWindow window,
            List<byte[]> unacknowledgedCreates,
            Map<String, byte @Nullable []> changedStates,
            List<Gap> unsettledGaps) {
        this(lowWatermark, gapFrom, window, unacknowledgedCreates, changedStates, unsettledGaps, Optional.empty());
    }

    /**
     * The stretch from the low-water mark to the position. A resumed watch reads it a second time, and leaves out
     * what is settled: every change, but for those of a few objects.
     *
     * @param readUpTo where the window ends; empty when there is none
     * @param settledUpTo the objects with unsettled changes, each with the resourceVersion up to which its changes
     *     are settled
     */
    public record ResumeWindow(String readUpTo, Map<String, String> settledUpTo) {}

    /** The same without the resume window, which only saves repeats. */
    public StreamSnapshot withoutWindow() {
        return new StreamSnapshot(
                lowWatermark,
                gapFrom,
                new ResumeWindow("", Map.of()),
                unacknowledgedCreates,
                changedStates,
                unsettledGaps,
                replay);
    }

    /** The same with another mark of its replay. */
    public StreamSnapshot withReplay(ReplayMark mark) {
        return new StreamSnapshot(
                lowWatermark, gapFrom, window, unacknowledgedCreates, changedStates, unsettledGaps, Optional.of(mark));
    }
}
