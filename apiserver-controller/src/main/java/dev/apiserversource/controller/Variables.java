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
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads variables and collects what is wrong with them, so that all is reported at once. An empty variable counts as unset. */
final class Variables {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LEADING_NUMBER = Pattern.compile("-?\\d{1,9}");

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    String text(String name, String otherwise) {
        return optional(name).orElse(otherwise);
    }

    /** A variable that must be set. */
    String name(String name) {
        return optional(name).orElseGet(() -> problem(name + " is not set: set it in the controller's Deployment", ""));
    }

    boolean flag(String name, boolean otherwise) {
        return parsed(name, otherwise, value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> problem(name + "=" + value + " is neither true nor false", otherwise);
        });
    }

    int number(String name, int otherwise, int least, int most) {
        return parsed(name, otherwise, value -> {
            boolean fits = LEADING_NUMBER.matcher(value).matches()
                    && Integer.parseInt(value) >= least
                    && Integer.parseInt(value) <= most;
            return fits
                    ? Integer.parseInt(value)
                    : problem(name + "=" + value + " is not a number from " + least + " to " + most, otherwise);
        });
    }

    Duration duration(String name, Duration otherwise, Duration least) {
        return parsed(name, otherwise, value -> {
            try {
                Duration duration = Duration.parse(value);
                return duration.compareTo(least) >= 0
                        ? duration
                        : problem(name + "=" + value + " is too short: at least " + least, otherwise);
            } catch (DateTimeParseException e) {
                return problem(name + "=" + value + " is not an ISO 8601 duration such as PT15S", otherwise);
            }
        });
    }

    <T> T json(String name, String example, TypeReference<T> type, T otherwise) {
        return parsed(name, otherwise, value -> {
            try {
                return JSON.readValue(value, type);
            } catch (JsonProcessingException e) {
                return problem(
                        name + " is not the JSON it should be, such as " + example + ": " + e.getOriginalMessage(),
                        otherwise);
            }
        });
    }

    private <T> T parsed(String name, T otherwise, Function<String, T> parser) {
        return optional(name).map(parser).orElse(otherwise);
    }

    private <T> T problem(String problem, T standIn) {
        problems.add(problem);
        return standIn;
    }

    /** Throws when anything was wrong. */
    void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
    }
}
