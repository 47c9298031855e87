package dev.apiserversource.frame.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads environment variables. A value that cannot be used is an error, and the default is used in its place. */
public final class EnvReader {

    private static final Duration MAX_DURATION = Duration.ofDays(1);
    private static final Duration MIN_GO_DURATION = Duration.ofMillis(1);
    private static final Duration MAX_GO_DURATION = Duration.ofDays(365);

    private final Map<String, String> environment;
    private final ConfigErrors errors = new ConfigErrors();

    public EnvReader(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The errors so far. Other readers of the same configuration add theirs. */
    public ConfigErrors errors() {
        return errors;
    }

    /** The value, stripped; an empty one is missing. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Whether the variable is set, possibly to the empty text. */
    public boolean isSet(String name) {
        return environment.containsKey(name);
    }

    /** The variables whose names start with {@code prefix}, by their names, without those that are empty. */
    public Map<String, String> startingWith(String prefix) {
        return environment.keySet().stream()
                .filter(name -> name.startsWith(prefix) && text(name).isPresent())
                .collect(Collectors.toMap(name -> name, name -> text(name).orElseThrow()));
    }

    /** The value; a missing one is an error, and empty. */
    public String required(String name, String remedy) {
        return text(name).orElseGet(() -> {
            errors.add(name, "is not set", remedy);
            return "";
        });
    }

    /** A whole number from {@code min} to {@code max}. */
    public int number(String name, int defaultValue, int min, int max) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return defaultValue;
        }
        Optional<Integer> value = parse(text.get()).filter(number -> number >= min && number <= max);
        if (value.isEmpty()) {
            errors.add(
                    name,
                    "'" + text.get() + "' cannot be used",
                    "set it to a whole number from " + min + " to " + max + ", or leave it out for " + defaultValue);
        }
        return value.orElse(defaultValue);
    }

    private static Optional<Integer> parse(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    /** Whole seconds, from 1 to a day. */
    public Duration seconds(String name, Duration defaultValue) {
        return seconds(name, defaultValue, Duration.ofSeconds(1), MAX_DURATION);
    }

    /** Whole seconds, from {@code min} to {@code max}. */
    public Duration seconds(String name, Duration defaultValue, Duration min, Duration max) {
        return Duration.ofSeconds(
                number(name, (int) defaultValue.toSeconds(), (int) min.toSeconds(), (int) max.toSeconds()));
    }

    /**
     * A duration such as {@code 10s}, {@code 1m30s} or {@code 500ms}, the form of Knative's sources, from a millisecond
     * to a year.
     */
    public Duration duration(String name, Duration defaultValue) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return defaultValue;
        }
        Optional<Duration> value = GoDuration.parse(text.get())
                .filter(duration ->
                        duration.compareTo(MIN_GO_DURATION) >= 0 && duration.compareTo(MAX_GO_DURATION) <= 0);
        if (value.isEmpty()) {
            errors.add(
                    name,
                    "'" + text.get() + "' is no duration from a millisecond to a year",
                    "write it like 10s, 1m30s or 500ms, or leave it out for " + GoDuration.format(defaultValue));
        }
        return value.orElse(defaultValue);
    }
}
