package dev.apiserversource.frame.config;

import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with a configuration, so that all of it is reported at once. */
public final class ConfigErrors {

    private final List<String> found = new ArrayList<>();

    /** Notes that {@code where} is {@code wrong}, and what helps. */
    public void add(String where, String wrong, String remedy) {
        found.add(where + ": " + wrong + "; " + remedy);
    }

    public void throwIfAny() throws InvalidConfigException {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(found);
        }
    }
}
