package dev.apiserversource.frame.config;

import java.util.ArrayList;
import java.util.List;

/** Collects the errors of a configuration, so that all are reported at once. */
public final class ConfigErrors {

    private final List<String> errors = new ArrayList<>();

    /**
     * Adds an error.
     *
     * @param where the variable or field
     * @param wrong what is wrong with it
     * @param remedy how to correct it
     */
    public void add(String where, String wrong, String remedy) {
        errors.add(where + ": " + wrong + "; " + remedy);
    }

    /** Throws when there is an error. */
    public void throwIfAny() throws InvalidConfigException {
        if (!errors.isEmpty()) {
            throw new InvalidConfigException(errors);
        }
    }
}
