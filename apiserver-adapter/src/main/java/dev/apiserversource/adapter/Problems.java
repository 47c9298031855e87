package dev.apiserversource.adapter;

import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with a configuration, so that all of it is reported at once. */
final class Problems {

    private final List<String> found = new ArrayList<>();

    /** Notes that {@code where} is {@code wrong}, and what helps. */
    void add(String where, String wrong, String remedy) {
        found.add(where + ": " + wrong + "; " + remedy);
    }

    void throwIfAny() throws InvalidConfigException {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(found);
        }
    }
}
