package dev.apiserversource.adapter.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.adapter.filter.AttributeFilter;
import dev.apiserversource.adapter.filter.AttributeFilter.Match;
import dev.apiserversource.adapter.filter.CesqlException;
import dev.apiserversource.adapter.filter.CesqlFilter;
import dev.apiserversource.adapter.filter.EventFilter;
import dev.apiserversource.frame.config.ConfigErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads {@code filters}. What Knative's webhook accepts and its adapter skips is logged and left out: a filter without
 * a dialect, or with an empty value.
 */
final class FilterReader {

    private static final Logger log = LoggerFactory.getLogger(FilterReader.class);

    private static final List<String> DIALECTS = List.of("exact", "prefix", "suffix", "all", "any", "not", "cesql");

    /** The names that Knative's webhook accepts. */
    private static final Pattern ATTRIBUTE_NAME = Pattern.compile("[a-z][a-z0-9]*");

    private final ConfigErrors errors;

    FilterReader(ConfigErrors errors) {
        this.errors = errors;
    }

    /** The filter that the list {@code filters}, named {@code where} in messages, stands for: all must hold. */
    EventFilter read(String where, JsonNode filters) {
        return isAbsent(filters) ? EventFilter.none() : EventFilter.all(list(where, filters));
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private List<EventFilter> list(String where, JsonNode filters) {
        List<EventFilter> read = new ArrayList<>();
        if (!filters.isArray()) {
            errors.add(where, "is not a list", "write it as a list of filters");
            return read;
        }
        for (int i = 0; i < filters.size(); i++) {
            filter(where + "[" + i + "]", filters.path(i)).ifPresent(read::add);
        }
        return read;
    }

    private Optional<EventFilter> filter(String where, JsonNode filter) {
        List<String> dialects = DIALECTS.stream()
                .filter(dialect -> !isAbsent(filter.path(dialect)) && !isEmpty(dialect, filter.path(dialect)))
                .toList();
        if (!filter.isObject()) {
            errors.add(where, "is not a JSON object", "write it as {\"exact\":{\"type\":\"…\"}}");
            return Optional.empty();
        }
        if (dialects.size() > 1) {
            errors.add(where, "has several dialects: " + String.join(", ", dialects), "combine them with all");
            return Optional.empty();
        }
        return dialects.isEmpty()
                ? ignored(where, "it has no dialect: one of " + String.join(", ", DIALECTS))
                : filter(where + "." + dialects.get(0), dialects.get(0), filter.path(dialects.get(0)));
    }

    private static boolean isEmpty(String dialect, JsonNode value) {
        return value.isTextual()
                ? value.textValue().isEmpty()
                : value.isContainerNode() && value.isEmpty() && !dialect.equals("not");
    }

    private Optional<EventFilter> filter(String where, String dialect, JsonNode value) {
        return switch (dialect) {
            case "exact" -> attributes(where, Match.EXACT, value);
            case "prefix" -> attributes(where, Match.PREFIX, value);
            case "suffix" -> attributes(where, Match.SUFFIX, value);
            case "all" -> unlessEmpty(list(where, value)).map(EventFilter::all);
            case "any" -> unlessEmpty(list(where, value)).map(EventFilter::any);
            case "not" -> filter(where, value).map(EventFilter::not);
            default -> cesql(where, value);
        };
    }

    private static Optional<List<EventFilter>> unlessEmpty(List<EventFilter> filters) {
        return Optional.of(filters).filter(list -> !list.isEmpty());
    }

    private Optional<EventFilter> attributes(String where, Match match, JsonNode attributes) {
        Map<String, String> expected = new LinkedHashMap<>();
        if (!attributes.isObject()) {
            errors.add(where, "is not a JSON object", "write it as {\"type\":\"…\"}");
        }
        attributes.properties().forEach(attribute -> {
            String name = attribute.getKey();
            if (!ATTRIBUTE_NAME.matcher(name).matches()) {
                errors.add(
                        where,
                        "'" + name + "' is no name of an attribute",
                        "use lower-case letters and digits, and begin with a letter");
            } else if (!attribute.getValue().isTextual()) {
                errors.add(where + "." + name, attribute.getValue() + " is no text", "put it in quotes");
            } else {
                expected.put(name, attribute.getValue().textValue());
            }
        });
        return expected.isEmpty() || expected.containsValue("")
                ? ignored(where, "an attribute or its value is missing")
                : Optional.of(new AttributeFilter(match, Map.copyOf(expected)));
    }

    private Optional<EventFilter> cesql(String where, JsonNode expression) {
        if (!expression.isTextual()) {
            errors.add(where, expression + " is no text", "write an expression in CloudEvents SQL");
            return Optional.empty();
        }
        try {
            return Optional.of(CesqlFilter.of(expression.textValue()));
        } catch (CesqlException malformed) {
            errors.add(where, "is no CloudEvents SQL: " + malformed.getMessage(), "correct the expression");
            return Optional.empty();
        }
    }

    private static Optional<EventFilter> ignored(String where, String why) {
        log.atWarn().addKeyValue("field", where).addKeyValue("detail", why).log("filter ignored");
        return Optional.empty();
    }
}
