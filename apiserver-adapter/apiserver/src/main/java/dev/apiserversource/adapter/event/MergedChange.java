package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Change.Kind;
import dev.apiserversource.adapter.model.ObjectState;

import java.util.Optional;

/**
 * The newest of successive changes of one object, in place of all of them: none of the others is sent. The rules, for
 * changes whose events were never sent:
 *
 * <pre>
 *   waiting                newer              sent
 *   add or update          update             newer; as an add, if the waiting one is an add
 *   add or update          delete             newer
 *   delete                 add                both, except after a whole life
 *   delete of a whole life add                newer
 * </pre>
 *
 * <p>A <em>whole life</em> is an add and all that follows, up to the delete. Its delete is sent all the same, because
 * an earlier process may have sent the add. When the object is recreated meanwhile, the whole life is left out, unless
 * the checkpoint has the create as unacknowledged. So a sequence of deletes and adds stays bounded.
 *
 * @param change the newest; its kind is what the sink has to learn
 * @param superseded how many changes are not sent
 * @param from the object's resourceVersion before the first of them; empty if it did not exist
 * @param wholeLife whether it is the delete of an object whose add is not sent
 */
public record MergedChange(Change change, int superseded, String from, boolean wholeLife) {

    /** One change alone. */
    public static MergedChange of(Change change) {
        return new MergedChange(change, 0, "", false);
    }

    /**
     * The change that is sent in place of this one and {@code newer}; empty when both have to be sent.
     *
     * @param newer the next change of the same namespace and name
     * @param possiblyDelivered whether an earlier process may have delivered the object of this one
     */
    public Optional<MergedChange> supersededBy(Change newer, boolean possiblyDelivered) {
        if (change.kind() == Kind.DELETED) {
            return wholeLife && !possiblyDelivered ? Optional.of(with(newer, false)) : Optional.empty();
        }
        if (!change.object().uid().equals(newer.object().uid())) {
            return Optional.empty();
        }
        boolean added = change.kind() == Kind.ADDED;
        return Optional.of(
                added && newer.kind() == Kind.MODIFIED
                        ? with(newer.withKind(Kind.ADDED), false)
                        : with(newer, added && newer.kind() == Kind.DELETED));
    }

    /** The same without the JSON of the object. */
    public MergedChange withoutJson() {
        return new MergedChange(change.withoutJson(), superseded, from, wholeLife);
    }

    /** The gap of this object, with the one before it. */
    public MergedChange including(MergedChange earlier) {
        return new MergedChange(change, earlier.superseded + superseded, earlier.from, wholeLife);
    }

    private MergedChange with(Change newer, boolean life) {
        // The sink does not receive the superseded states, so the newest is compared with the state before them.
        Change both = newer.withPrevious(newer.previous().flatMap(any -> change.previous()));
        return new MergedChange(both, superseded + 1, superseded == 0 ? versionBefore() : from, life);
    }

    private String versionBefore() {
        return change.before().map(ObjectState::resourceVersion).orElse("");
    }
}
