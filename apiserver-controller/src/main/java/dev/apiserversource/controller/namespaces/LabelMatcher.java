package dev.apiserversource.controller.namespaces;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A label selector that can be evaluated and written in string form.
 *
 * @param requirements all must hold; sorted by key
 */
public record LabelMatcher(List<Requirement> requirements) {

    /**
     * The matcher of a selector.
     *
     * @throws IllegalArgumentException for an unknown operator and for a requirement without a key or value
     */
    public static LabelMatcher of(LabelSelector selector) {
        Stream<Requirement> labels = Stream.ofNullable(selector.getMatchLabels())
                .flatMap(all -> all.entrySet().stream())
                .map(label -> new Requirement(label.getKey(), Operator.EQUALS, values(label)));
        Stream<Requirement> expressions = Stream.ofNullable(selector.getMatchExpressions())
                .flatMap(List::stream)
                .map(Requirement::of);
        return new LabelMatcher(Stream.concat(labels, expressions)
                .sorted(Comparator.comparing(Requirement::key))
                .toList());
    }

    private static List<String> values(Map.Entry<String, @Nullable String> label) {
        String value = label.getValue();
        if (value == null) {
            throw new IllegalArgumentException("the label " + label.getKey() + " of a label selector has no value");
        }
        return List.of(value);
    }

    /** Whether every object matches. */
    public boolean matchesAll() {
        return requirements.isEmpty();
    }

    /** Whether an object with these labels matches. */
    public boolean matches(@Nullable Map<String, String> labels) {
        Map<String, String> present = labels == null ? Map.of() : labels;
        return requirements.stream().allMatch(requirement -> requirement.matches(present));
    }

    /** The form of the parameter {@code labelSelector}: {@code app=web,tier in (a,b),!old}. */
    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }

    /** A requirement on one label. */
    record Requirement(String key, Operator operator, List<String> values) {

        static Requirement of(@Nullable LabelSelectorRequirement expression) {
            if (expression == null || expression.getKey() == null || expression.getOperator() == null) {
                throw new IllegalArgumentException("a requirement of a label selector has no key or no operator");
            }
            List<String> values = expression.getValues() == null ? List.of() : expression.getValues();
            return new Requirement(
                    expression.getKey(),
                    Operator.of(expression.getOperator()),
                    values.stream().filter(Objects::nonNull).sorted().toList());
        }

        boolean matches(Map<String, String> labels) {
            boolean present = labels.containsKey(key);
            return switch (operator) {
                case EQUALS, IN -> present && values.contains(labels.get(key));
                case NOT_IN -> !present || !values.contains(labels.get(key));
                case EXISTS -> present;
                case DOES_NOT_EXIST -> !present;
            };
        }

        @Override
        public String toString() {
            return switch (operator) {
                case EQUALS -> key + "=" + values.get(0);
                case IN -> key + " in (" + String.join(",", values) + ")";
                case NOT_IN -> key + " notin (" + String.join(",", values) + ")";
                case EXISTS -> key;
                case DOES_NOT_EXIST -> "!" + key;
            };
        }
    }

    /** The comparison of a requirement. */
    enum Operator {
        EQUALS,
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST;

        static Operator of(String name) {
            return switch (name) {
                case "In" -> IN;
                case "NotIn" -> NOT_IN;
                case "Exists" -> EXISTS;
                case "DoesNotExist" -> DOES_NOT_EXIST;
                default -> throw new IllegalArgumentException("unknown operator of a label selector: " + name);
            };
        }
    }
}
