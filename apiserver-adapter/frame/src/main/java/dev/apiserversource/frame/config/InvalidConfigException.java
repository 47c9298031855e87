package dev.apiserversource.frame.config;

import java.util.List;

/** The configuration cannot be used. */
public final class InvalidConfigException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<String> errors;

    InvalidConfigException(List<String> errors) {
        super(String.join("; ", errors));
        this.errors = List.copyOf(errors);
    }

    /** All errors, each with its variable or field and a remedy. */
    public List<String> errors() {
        return errors;
    }
}
