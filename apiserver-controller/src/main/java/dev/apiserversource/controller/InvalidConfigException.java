package dev.apiserversource.controller;

import java.util.List;

/** The environment is not fit to run with. */
final class InvalidConfigException extends RuntimeException {

    private final List<String> problems;

    InvalidConfigException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence for each problem: the variable, what is wrong, what to do. */
    List<String> problems() {
        return problems;
    }
}
