package dev.apiserversource.samples.heartbeats;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Command line flags, with one or two dashes and the value behind {@code =} or in the next argument, as
 * <a href="https://pkg.go.dev/flag">Go's package flag</a> reads them.
 */
final class Flags {

    private final Map<String, String> values = new HashMap<>();

    private Flags() {}

    /**
     * Reads the arguments.
     *
     * @param known the names of all flags
     * @throws InvalidSettingException for an unknown flag, a flag without value, and an argument that is no flag
     */
    static Flags parse(Set<String> known, String... arguments) throws InvalidSettingException {
        Flags flags = new Flags();
        for (int i = 0; i < arguments.length; i++) {
            String flag = withoutDashes(arguments[i]);
            int equals = flag.indexOf('=');
            String name = equals < 0 ? flag : flag.substring(0, equals);
            if (!known.contains(name)) {
                throw new InvalidSettingException("unknown flag " + arguments[i] + ": give one of " + known);
            }
            if (equals < 0 && i + 1 == arguments.length) {
                throw new InvalidSettingException("flag " + arguments[i] + " has no value: write -" + name + "=VALUE");
            }
            flags.values.put(name, equals < 0 ? arguments[++i] : flag.substring(equals + 1));
        }
        return flags;
    }

    private static String withoutDashes(String argument) throws InvalidSettingException {
        if (!argument.startsWith("-")) {
            throw new InvalidSettingException("\"" + argument + "\" is no flag: flags begin with a dash");
        }
        return argument.substring(argument.startsWith("--") ? 2 : 1);
    }

    /** The value of a flag, empty when it is not given. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }
}
