package dev.apiserversource.controller.api;

import org.jspecify.annotations.Nullable;

/** Checks of fields without which an object cannot be reconciled. */
final class Required {

    private Required() {}

    /**
     * Checks that a text is there.
     *
     * @throws IllegalArgumentException when it is absent or empty
     */
    static void field(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + " is missing");
        }
    }
}
