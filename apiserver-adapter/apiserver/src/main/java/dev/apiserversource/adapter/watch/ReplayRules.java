package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;

import java.util.function.Predicate;

/**
 * The replay that a source asks for: every existing object is sent once more, as an add.
 *
 * @param value names the replay. One that a stream has completed is not begun again.
 * @param changes selects objects by the attributes of the events that would replay them
 */
public record ReplayRules(String value, Predicate<Change> changes) {}
