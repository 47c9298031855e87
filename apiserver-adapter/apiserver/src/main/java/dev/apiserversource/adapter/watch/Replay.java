package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceVersions;

import java.util.Map;

/**
 * What was settled of the stretch that a watch goes through for the second time. Of the changes up to {@code readUpTo} all are settled, but
 * for those of a few objects; of these, the changes up to a resourceVersion each.
 *
 * @param readUpTo the resourceVersion that the stream had read up to; empty when nothing is known
 * @param unsettled {@link ObjectState#key namespace/name} of those few objects, each with the resourceVersion that it is settled up to
 */
public record Replay(String readUpTo, Map<String, String> unsettled) {

    static final Replay NONE = new Replay("", Map.of());

    /** Keeps a copy. */
    public Replay {
        unsettled = Map.copyOf(unsettled);
    }

    /** Whether the state of {@code object} needs not be told again; versions that have no order are told again. */
    boolean isSettled(ObjectMetadata object) {
        String version = object.resourceVersion();
        if (!ResourceVersions.isNotNewer(version, readUpTo)) {
            return false;
        }
        String settledUpTo = unsettled.get(object.namespace() + "/" + object.name());
        return settledUpTo == null || ResourceVersions.isNotNewer(version, settledUpTo);
    }

    /** Whether a watch that has come to {@code position} is through. */
    public boolean isBehind(String position) {
        return !ResourceVersions.isOlder(position, readUpTo);
    }
}
