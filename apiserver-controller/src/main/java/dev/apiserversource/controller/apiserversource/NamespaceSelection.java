package dev.apiserversource.controller.apiserversource;

import java.util.List;

/**
 * The namespaces that a source watches.
 *
 * @param all whether it is all of them, now and in future
 * @param names their names, sorted; one empty name when all
 */
record NamespaceSelection(boolean all, List<String> names) {

    static final NamespaceSelection ALL = new NamespaceSelection(true, List.of(""));

    static NamespaceSelection of(List<String> names) {
        return new NamespaceSelection(false, names.stream().sorted().toList());
    }
}
