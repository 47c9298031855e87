package dev.apiserversource.frame.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the optional fields of a JSON object. A value that cannot be used is an error, and counts as missing. */
public final class JsonFields {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String path;
    private final JsonNode object;
    private final ConfigErrors errors;

    /** The fields of {@code object}, whose name in messages is {@code path}. A null counts as missing. */
    public JsonFields(String path, JsonNode object, ConfigErrors errors) {
        this.path = path;
        this.object = object;
        this.errors = errors;
        if (!isMissing() && !object.isObject()) {
            errors.add(path, "is not a JSON object", "see the configuration reference for its form");
        }
    }

    /** The fields of the JSON object in a variable; all are missing when it is not set, or is no JSON. */
    static JsonFields of(EnvReader env, String variable) {
        JsonNode object = env.text(variable)
                .map(text -> read(text, variable, env.errors()))
                .orElse(MissingNode.getInstance());
        return new JsonFields(variable, object, env.errors());
    }

    private static JsonNode read(String text, String variable, ConfigErrors errors) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            errors.add(variable, "is not JSON: " + malformed.getOriginalMessage(), "write an object, such as {}");
            return MissingNode.getInstance();
        }
    }

    public boolean isMissing() {
        return isAbsent(object);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** The fields of an object in this one. */
    public JsonFields object(String name) {
        return new JsonFields(where(name), object.path(name), errors);
    }

    /** The full name of a field, for messages. */
    public String where(String name) {
        return path + "." + name;
    }

    /** Adds an error in a field. */
    public void refuse(String name, String wrong, String remedy) {
        errors.add(where(name), wrong, remedy);
    }

    private Optional<JsonNode> present(String name) {
        return Optional.of(object.path(name)).filter(node -> !isAbsent(node));
    }

    /** A text, stripped; an empty one is missing. */
    public Optional<String> text(String name) {
        Optional<JsonNode> value = present(name);
        if (value.filter(node -> !node.isTextual()).isPresent()) {
            refuse(name, value.get() + " is no text", "put it in quotes");
            return Optional.empty();
        }
        return value.map(JsonNode::textValue).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** As {@link #text}, but a missing one is an error. */
    public Optional<String> required(String name, String remedy) {
        if (present(name).filter(node -> !node.asText("").isBlank()).isEmpty()) {
            refuse(name, "is missing", remedy);
            return Optional.empty();
        }
        return text(name);
    }

    /** A whole number, zero or more. */
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

    /** An ISO 8601 duration from {@code min} to {@code max}. */
    public Optional<Duration> duration(String name, Duration min, Duration max) {
        return text(name).flatMap(text -> duration(name, text)).filter(duration -> {
            boolean inRange = duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0;
            if (!inRange) {
                refuse(name, duration + " cannot be used", "write a duration from " + min + " to " + max);
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
