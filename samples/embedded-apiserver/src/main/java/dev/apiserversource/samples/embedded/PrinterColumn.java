package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A column of what kubectl prints.
 *
 * @param type {@code date} columns show how long ago that was
 * @param jsonPath with names, indices and filters for equality: {@code .status.conditions[?(@.type=="Ready")].status}
 * @param wide whether it is shown only by {@code -o wide}
 */
record PrinterColumn(String title, String type, String jsonPath, boolean wide) {

    private static final Pattern STEP =
            Pattern.compile("\\.([A-Za-z0-9_-]+)|\\[\\?\\(@\\.(\\w+)\\s*==\\s*['\"](.*?)['\"]\\)]|\\[(\\d+)]");

    static PrinterColumn text(String title, String jsonPath) {
        return new PrinterColumn(title, "string", jsonPath, false);
    }

    static PrinterColumn age(String title, String jsonPath) {
        return new PrinterColumn(title, "date", jsonPath, false);
    }

    String cell(JsonNode object, Instant now) {
        JsonNode value = object;
        Matcher step = STEP.matcher(jsonPath);
        while (step.find()) {
            value = follow(value, step);
        }
        return type.equals("date") ? age(value.asText(), now) : value.asText();
    }

    private static JsonNode follow(JsonNode from, Matcher step) {
        if (step.group(1) != null) {
            return from.path(step.group(1));
        }
        if (step.group(4) != null) {
            return from.path(Integer.parseInt(step.group(4)));
        }
        return Json.elements(from)
                .filter(element -> element.path(step.group(2)).asText().equals(step.group(3)))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static String age(String timestamp, Instant now) {
        if (timestamp.isEmpty()) {
            return "<unknown>";
        }
        Duration age = Duration.between(Instant.parse(timestamp), now);
        return Stream.of(age.toDays() + "d", age.toHours() + "h", age.toMinutes() + "m")
                .filter(text -> !text.startsWith("0"))
                .findFirst()
                .orElse(Math.max(0, age.toSeconds()) + "s");
    }
}
