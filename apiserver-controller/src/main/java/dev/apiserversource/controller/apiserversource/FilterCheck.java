package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds what the adapter would refuse in filters. The CRD cannot: its schema has no recursion, and no rule of it reads
 * CloudEvents SQL.
 */
final class FilterCheck {

    private static final List<String> DIALECTS = List.of("exact", "prefix", "suffix", "all", "any", "not", "cesql");
    private static final Pattern ATTRIBUTE_NAME = Pattern.compile("[a-z][a-z0-9]*");

    private FilterCheck() {}

    /** The first problem of {@code filters}, which the spec has at {@code field}, with its field and the remedy. */
    static Optional<String> firstProblem(String field, Iterable<JsonNode> filters) {
        int i = 0;
        for (JsonNode filter : filters) {
            Optional<String> problem = problem(field + "[" + i++ + "]", filter);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problem(String field, JsonNode filter) {
        if (!filter.isObject()) {
            return Optional.of(field + ": must be an object such as {exact: {type: …}}");
        }
        List<String> given = DIALECTS.stream()
                .filter(dialect -> isGiven(dialect, filter.path(dialect)))
                .toList();
        if (given.size() > 1) {
            return Optional.of(
                    field + ": give exactly one of " + String.join(", ", DIALECTS) + "; use all to combine several");
        }
        return unknown(field, filter).or(() -> given.stream()
                .flatMap(dialect -> problem(field + "." + dialect, dialect, filter.path(dialect)).stream())
                .findFirst());
    }

    /** The adapter would ignore it, and send what it was meant to leave out. */
    private static Optional<String> unknown(String field, JsonNode filter) {
        return filter.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !DIALECTS.contains(name))
                .map(name -> field + ": there is no dialect " + name + "; use one of " + String.join(", ", DIALECTS))
                .findFirst();
    }

    /** What is empty counts as absent, as for Knative. */
    private static boolean isGiven(String dialect, JsonNode value) {
        boolean empty = value.isTextual() ? value.textValue().isEmpty() : value.isContainerNode() && value.isEmpty();
        return !value.isMissingNode() && !value.isNull() && (!empty || dialect.equals("not"));
    }

    private static Optional<String> problem(String field, String dialect, JsonNode value) {
        return switch (dialect) {
            case "all", "any" ->
                value.isArray() ? firstProblem(field, value) : Optional.of(field + ": must be a list of filters");
            case "not" -> problem(field, value);
            case "cesql" ->
                value.isTextual() ? cesql(field, value.textValue()) : Optional.of(field + ": must be a text");
            default -> attributes(field, value);
        };
    }

    private static Optional<String> attributes(String field, JsonNode attributes) {
        if (!attributes.isObject()) {
            return Optional.of(field + ": must be an object with a value for each attribute");
        }
        return attributes.properties().stream()
                .flatMap(attribute -> attribute(field, attribute).stream())
                .findFirst();
    }

    private static Optional<String> attribute(String field, Map.Entry<String, JsonNode> attribute) {
        if (!ATTRIBUTE_NAME.matcher(attribute.getKey()).matches()) {
            return Optional.of(
                    field + ": names of attributes are lower-case letters and digits and begin with a letter");
        }
        return attribute.getValue().isTextual()
                ? Optional.empty()
                : Optional.of(field + "." + attribute.getKey() + ": must be a text; put it in quotes");
    }

    /** In a class of its own, so that the parser is loaded with the first expression. */
    private static Optional<String> cesql(String field, String expression) {
        return CesqlCheck.problem(expression).map(problem -> field + ": is no CloudEvents SQL: " + problem);
    }
}
