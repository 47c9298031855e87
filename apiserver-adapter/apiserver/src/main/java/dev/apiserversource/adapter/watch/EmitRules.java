package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which changes are emitted. What is left out is indexed and moves the position all the same, and needs no capacity.
 *
 * @param objects selects objects. Whether one was selected is kept in the index: its deletion is emitted then.
 * @param kinds the kinds of changes that are emitted
 * @param changes selects changes by the attributes of their events
 * @param replay sends every existing object once more; empty for none
 */
public record EmitRules(
        Predicate<ObjectMetadata> objects,
        Set<Change.Kind> kinds,
        Predicate<Change> changes,
        Optional<ReplayRules> replay) {

    /** A copy of the arguments. */
    public EmitRules {
        kinds = Set.copyOf(kinds);
    }

    /** Without a replay. */
    public EmitRules(Predicate<ObjectMetadata> objects, Set<Change.Kind> kinds, Predicate<Change> changes) {
        this(objects, kinds, changes, Optional.empty());
    }

    /** Every change of these objects is emitted. */
    public static EmitRules ofObjects(Predicate<ObjectMetadata> objects) {
        return new EmitRules(objects, EnumSet.allOf(Change.Kind.class), change -> true);
    }
}
