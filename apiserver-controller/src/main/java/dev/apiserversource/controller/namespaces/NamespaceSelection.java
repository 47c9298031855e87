package dev.apiserversource.controller.namespaces;

import java.util.List;

/**
 * The namespaces that a source watches.
 *
 * @param all whether every namespace is watched, including those created later
 * @param names their names, sorted; one empty name when all
 */
public record NamespaceSelection(boolean all, List<String> names) {

    /** Every namespace. */
    public static final NamespaceSelection ALL = new NamespaceSelection(true, List.of(""));

    /** The namespaces with these names. */
    public static NamespaceSelection of(List<String> names) {
        return new NamespaceSelection(false, names.stream().sorted().toList());
    }
}
