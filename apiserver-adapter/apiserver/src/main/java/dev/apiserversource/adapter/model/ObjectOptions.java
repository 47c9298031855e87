package dev.apiserversource.adapter.model;

import java.util.List;

/**
 * What is emitted of the objects of a resource.
 *
 * @param changes the part that an update must change
 * @param redactPaths JSON pointers to values that are replaced in the data of events
 * @param previous whether updates have the previous state of the object: the field {@code resources[].previous}
 */
public record ObjectOptions(ChangedPart changes, List<String> redactPaths, boolean previous) {

    /** Every update, and the whole object. */
    public static final ObjectOptions DEFAULTS = new ObjectOptions(ChangedPart.ANY, List.of(), false);

    /** A copy of the arguments. */
    public ObjectOptions {
        redactPaths = List.copyOf(redactPaths);
    }
}
