package dev.apiserversource.controller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads environment variables and collects all problems before it reports them. An empty variable counts as unset. */
final class EnvReader {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,9}");

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    EnvReader(Map<String, String> environment) {
        this.environment = environment;
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    String required(String name) {
        return optional(name).orElseGet(() -> problem(name + " is not set: set it in the controller's Deployment", ""));
    }

    String text(String name, String fallback) {
        return optional(name).orElse(fallback);
    }

    /** Comma-separated names of namespaces, empty when unset. */
    Set<String> names(String name) {
        return parse(name, Set.of(), value -> {
            List<String> names = Pattern.compile(",")
                    .splitAsStream(value)
                    .map(String::strip)
                    .filter(each -> !each.isEmpty())
                    .toList();
            names.stream()
                    .filter(each -> !NAMESPACE.matcher(each).matches())
                    .forEach(each -> problem(name + "=" + value + ": \"" + each + "\" is no name of a namespace", ""));
            return Set.copyOf(names);
        });
    }

    /** Adds {@code problem} unless {@code valid}. */
    void check(boolean valid, String problem) {
        if (!valid) {
            problems.add(problem);
        }
    }

    boolean flag(String name, boolean fallback) {
        return parse(name, fallback, value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> problem(name + "=" + value + " is neither true nor false", fallback);
        });
    }

    int integer(String name, int fallback, int min, int max) {
        return parse(name, fallback, value -> {
            boolean valid = INTEGER.matcher(value).matches()
                    && Integer.parseInt(value) >= min
                    && Integer.parseInt(value) <= max;
            return valid
                    ? Integer.parseInt(value)
                    : problem(name + "=" + value + " is not a number from " + min + " to " + max, fallback);
        });
    }

    Duration duration(String name, Duration fallback, Duration min) {
        return parse(name, fallback, value -> {
            try {
                Duration duration = Duration.parse(value);
                return duration.compareTo(min) >= 0
                        ? duration
                        : problem(name + "=" + value + " is too short: at least " + min, fallback);
            } catch (DateTimeParseException e) {
                return problem(name + "=" + value + " is not an ISO 8601 duration such as PT15S", fallback);
            }
        });
    }

    <T> T json(String name, String example, TypeReference<T> type, T fallback) {
        return parse(name, fallback, value -> {
            try {
                return JSON.readValue(value, type);
            } catch (JsonProcessingException e) {
                return problem(
                        name + " is not valid JSON such as " + example + ": " + e.getOriginalMessage(), fallback);
            }
        });
    }

    private <T> T parse(String name, T fallback, Function<String, T> parser) {
        return optional(name).map(parser).orElse(fallback);
    }

    private <T> T problem(String problem, T placeholder) {
        problems.add(problem);
        return placeholder;
    }

    /**
     * Ends reading.
     *
     * @throws InvalidConfigException when there was any problem
     */
    void throwIfInvalid() {
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
    }

    /** The environment is invalid. */
    static final class InvalidConfigException extends RuntimeException {

        private final List<String> problems;

        private InvalidConfigException(List<String> problems) {
            super(String.join("; ", problems));
            this.problems = List.copyOf(problems);
        }

        /** One sentence for each problem: the variable, what is wrong, the remedy. */
        List<String> problems() {
            return problems;
        }
    }
}
