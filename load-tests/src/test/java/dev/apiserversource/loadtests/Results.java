package dev.apiserversource.loadtests;

import java.util.Locale;

/** Prints what was measured, so that a run can be compared with the ones in {@code results/}. */
final class Results {

    private Results() {}

    /** One line: the scenario and a {@link String#format} of what it measured. */
    static void print(String scenario, String format, Object... values) {
        System.out.println("RESULT " + scenario + ": " + String.format(Locale.ROOT, format, values));
    }
}
