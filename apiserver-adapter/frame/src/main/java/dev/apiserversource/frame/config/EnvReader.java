package dev.apiserversource.frame.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads environment variables; what cannot be read is noted and replaced by the default, so that the reading goes on. */
public final class EnvReader {

    private final Map<String, String> values;
    private final ConfigErrors problems;

    public EnvReader(Map<String, String> values, ConfigErrors problems) {
        this.values = values;
        this.problems = problems;
    }

    /** The value, if there is one that is not empty. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip).filter(v -> !v.isEmpty());
    }

    /** The value; a missing one is a problem. */
    public String required(String name, String remedy) {
        return text(name).orElseGet(() -> {
            problems.add(name, "is not set", remedy);
            return "";
        });
    }

    public int number(String name, int byDefault, int least, int most) {
        return parse(name, byDefault, "a whole number from " + least + " to " + most, text -> {
            int number = Integer.parseInt(text);
            return number >= least && number <= most ? Optional.of(number) : Optional.empty();
        });
    }

    public Duration seconds(String name, Duration byDefault) {
        return Duration.ofSeconds(number(
                name, (int) byDefault.toSeconds(), 1, (int) Duration.ofDays(1).toSeconds()));
    }

    private <T> T parse(String name, T byDefault, String wanted, Function<String, Optional<T>> parser) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return byDefault;
        }
        Optional<T> value = tryParse(parser, text.get());
        if (value.isEmpty()) {
            problems.add(
                    name,
                    "'" + text.get() + "' cannot be used",
                    "set it to " + wanted + ", or leave it out for " + byDefault);
        }
        return value.orElse(byDefault);
    }

    private static <T> Optional<T> tryParse(Function<String, Optional<T>> parser, String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
