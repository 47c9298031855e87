package dev.apiserversource.loadtests.compare.process;

import java.util.Map;
import java.util.TreeMap;

/** Command line arguments of the form {@code --name value}. */
public final class Arguments {

    private Arguments() {}

    /**
     * The values by name.
     *
     * @throws IllegalArgumentException if a name has no dashes, or no value
     */
    public static Map<String, String> parse(String... arguments) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new IllegalArgumentException("expected --name value instead of " + arguments[i]);
            }
            values.put(arguments[i].substring(2), arguments[i + 1]);
        }
        return values;
    }
}
