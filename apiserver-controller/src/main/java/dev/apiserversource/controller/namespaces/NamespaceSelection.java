package dev.apiserversource.controller.namespaces;

import java.util.List;
import java.util.stream.Stream;

/**
 * The namespaces that a source watches.
 *
 * @param all whether every namespace is watched, including those created later
 * @param names the names of those that exist, sorted
 */
public record NamespaceSelection(boolean all, List<String> names) {

    private static final List<String> EVERY_NAMESPACE = List.of("");

    /** Every namespace; {@code names} exist now. */
    public static NamespaceSelection all(Stream<String> names) {
        return new NamespaceSelection(true, names.sorted().toList());
    }

    /** The namespaces with these names. */
    public static NamespaceSelection of(List<String> names) {
        return new NamespaceSelection(false, names.stream().sorted().toList());
    }

    /** Where to watch: one empty name for every namespace, so that a new namespace changes no adapter. */
    public List<String> watched() {
        return all ? EVERY_NAMESPACE : names;
    }
}
