package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.state.PreviousStates;

import java.util.Optional;

/**
 * Which changes of one stream are emitted, and with which data.
 *
 * @param emit the rules of the source
 * @param digest of the part that an update must change
 * @param data of the events
 * @param previous what updates are compared with
 * @param meters count what is left out
 */
record StreamRules(
        EmitRules emit, PartDigest digest, ObjectData data, PreviousStates.OfResource previous, StreamMeters meters) {

    /** Whether changes of the object are emitted at all. */
    boolean selects(ObjectMetadata object) {
        return emit.objects().test(object);
    }

    /** Whether the change of a selected object is emitted. {@code unchanged}: it has not changed the part. */
    boolean emits(Change change, boolean unchanged) {
        Optional<String> leftOutBy = leftOutBy(change, unchanged);
        leftOutBy.ifPresent(meters::leftOut);
        return leftOutBy.isEmpty();
    }

    /** Whether the object of a change in the form of an add is replayed. */
    boolean replays(Change change) {
        return emit.kinds().contains(change.kind())
                && emit.replay().filter(replay -> replay.changes().test(change)).isPresent();
    }

    private Optional<String> leftOutBy(Change change, boolean unchanged) {
        if (!emit.kinds().contains(change.kind())) {
            return Optional.of("eventTypes");
        } else if (unchanged) {
            return Optional.of("changes");
        }
        return emit.changes().test(change) ? Optional.empty() : Optional.of("filters");
    }
}
