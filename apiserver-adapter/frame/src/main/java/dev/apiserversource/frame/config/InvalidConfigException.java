package dev.apiserversource.frame.config;

import java.util.List;

/** The configuration cannot be used; every problem is named, with its remedy. */
public final class InvalidConfigException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public InvalidConfigException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence for each problem, beginning with the variable or field it is in. */
    public List<String> problems() {
        return problems;
    }
}
