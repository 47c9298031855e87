package dev.apiserversource.frame.config;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the optional fields of a JSON object; what cannot be used is noted and taken for missing, so that the reading goes on. */
public final class JsonFields {

    private final String path;
    private final JsonNode object;
    private final ConfigErrors problems;

    /** The fields of {@code object}, which is at {@code path}; missing and null are the same. */
    public JsonFields(String path, JsonNode object, ConfigErrors problems) {
        this.path = path;
        this.object = object;
        this.problems = problems;
        if (!isMissing() && !object.isObject()) {
            problems.add(path, "is not a JSON object", "see the configuration reference for its form");
        }
    }

    public boolean isMissing() {
        return isAbsent(object);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    public JsonFields object(String name) {
        return new JsonFields(where(name), object.path(name), problems);
    }

    /** The full name of a field, for whoever has to complain about it. */
    public String where(String name) {
        return path + "." + name;
    }

    public void refuse(String name, String wrong, String remedy) {
        problems.add(where(name), wrong, remedy);
    }

    private Optional<JsonNode> present(String name) {
        return Optional.of(object.path(name)).filter(node -> !isAbsent(node));
    }

    /** The text of a field; an empty one is missing. */
    public Optional<String> text(String name) {
        Optional<JsonNode> value = present(name);
        if (value.filter(node -> !node.isTextual()).isPresent()) {
            refuse(name, value.get() + " is no text", "put it in quotes");
            return Optional.empty();
        }
        return value.map(JsonNode::textValue).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** As {@link #text}; a missing one is a problem of its own. */
    public Optional<String> required(String name, String remedy) {
        if (present(name).filter(node -> !node.asText("").isBlank()).isEmpty()) {
            refuse(name, "is missing", remedy);
            return Optional.empty();
        }
        return text(name);
    }

    /** A number from zero on. */
    public OptionalInt wholeNumber(String name) {
        Optional<JsonNode> value = present(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().canConvertToExactIntegral()
                || !value.get().canConvertToInt()
                || value.get().intValue() < 0) {
            refuse(name, value.get() + " cannot be used", "write a whole number from 0 to " + Integer.MAX_VALUE);
            return OptionalInt.empty();
        }
        return OptionalInt.of(value.get().intValue());
    }

    public Optional<Duration> duration(String name, Duration least, Duration most) {
        return text(name).flatMap(text -> duration(name, text)).filter(duration -> {
            boolean inRange = duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
            if (!inRange) {
                refuse(name, duration + " cannot be used", "write a duration from " + least + " to " + most);
            }
            return inRange;
        });
    }

    private Optional<Duration> duration(String name, String text) {
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeException | ArithmeticException malformed) {
            refuse(name, "'" + text + "' is no ISO 8601 duration", "write it like PT0.5S");
            return Optional.empty();
        }
    }
}
