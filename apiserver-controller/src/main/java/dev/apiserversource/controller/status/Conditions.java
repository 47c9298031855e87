package dev.apiserversource.controller.status;

import dev.apiserversource.controller.api.Condition;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Builds the conditions of a status from their values. */
public final class Conditions {

    /** The condition that summarizes all others. */
    public static final String READY = "Ready";

    private Conditions() {}

    /**
     * The conditions with these values and {@link #READY}, sorted by type. Ready is True when all others are. Otherwise
     * it repeats the first that is False, else the first that is Unknown.
     *
     * @param values by type, iterated with causes before their consequences
     * @param previous the conditions before; the transition time of an unchanged status is kept
     * @param now RFC 3339, the transition time of a changed status
     */
    public static List<Condition> of(Map<String, ConditionValue> values, List<Condition> previous, String now) {
        SortedMap<String, ConditionValue> all = new TreeMap<>(values);
        all.put(READY, ready(List.copyOf(values.values())));
        return all.entrySet().stream()
                .map(entry -> condition(entry.getKey(), entry.getValue(), previous, now))
                .toList();
    }

    /** The conditions {@code previous} with another value of {@link #READY}, sorted by type. */
    public static List<Condition> withReady(List<Condition> previous, ConditionValue ready, String now) {
        return Stream.concat(
                        previous.stream().filter(condition -> !condition.type().equals(READY)),
                        Stream.of(condition(READY, ready, previous, now)))
                .sorted(Comparator.comparing(Condition::type))
                .toList();
    }

    private static ConditionValue ready(List<ConditionValue> causesFirst) {
        return causesFirst.stream()
                .filter(ConditionValue::isFalse)
                .findFirst()
                .or(() -> causesFirst.stream().filter(value -> !value.isTrue()).findFirst())
                .orElse(ConditionValue.TRUE);
    }

    /** A condition of severity Warning: Ready does not depend on it. */
    public static Condition warning(String type, ConditionValue value, List<Condition> previous, String now) {
        return withSeverity("Warning", type, value, previous, now);
    }

    /** A condition of severity Info: Ready does not depend on it. */
    public static Condition info(String type, ConditionValue value, List<Condition> previous, String now) {
        return withSeverity("Info", type, value, previous, now);
    }

    private static Condition withSeverity(
            String severity, String type, ConditionValue value, List<Condition> previous, String now) {
        Condition condition = condition(type, value, previous, now);
        return new Condition(
                type,
                value.status(),
                severity,
                condition.reason(),
                condition.message(),
                condition.lastTransitionTime());
    }

    private static Condition condition(String type, ConditionValue value, List<Condition> previous, String now) {
        String since = find(previous, type)
                .filter(old -> old.status().equals(value.status()))
                .map(Condition::lastTransitionTime)
                .orElse(now);
        return new Condition(
                type, value.status(), null, nullIfEmpty(value.reason()), nullIfEmpty(value.message()), since);
    }

    /** The condition of that type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }
}
