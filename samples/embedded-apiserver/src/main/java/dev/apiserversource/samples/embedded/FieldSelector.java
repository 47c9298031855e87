package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Field selectors in string form, {@code a.b=c,d!=e}, over the few fields that the real server selects by. */
final class FieldSelector {

    private static final Pattern TERM = Pattern.compile("\\s*([A-Za-z.]+)\\s*(==|=|!=)(.*)");
    private static final Set<String> OF_PODS =
            Set.of("spec.nodeName", "spec.serviceAccountName", "spec.restartPolicy", "status.phase");
    private static final Set<String> OF_EVENTS = Set.of("type", "reason", "source", "reportingComponent");

    private FieldSelector() {}

    /** Parses {@code text}; a field that objects of {@code kind} cannot be selected by is refused with 400. */
    static Predicate<ObjectNode> parse(String text, ResourceKind kind) {
        return text.isBlank()
                ? object -> true
                : Stream.of(text.split(","))
                        .map(term -> requirement(term, kind))
                        .reduce(object -> true, Predicate::and);
    }

    private static Predicate<ObjectNode> requirement(String text, ResourceKind kind) {
        Matcher term = TERM.matcher(text);
        if (!term.matches()) {
            throw ApiException.badRequest("invalid selector: '" + text + "'; can't understand '" + text + "'");
        }
        String field = term.group(1);
        if (!selectable(field, kind)) {
            throw ApiException.badRequest("field label not supported: " + field);
        }
        boolean wanted = !term.group(2).equals("!=");
        return object -> Json.text(object, field).equals(term.group(3).trim()) == wanted;
    }

    private static boolean selectable(String field, ResourceKind kind) {
        return switch (kind.qualifiedName()) {
            case "pods" -> OF_PODS.contains(field) || ofEveryKind(field);
            case "events" -> OF_EVENTS.contains(field) || field.startsWith("involvedObject.") || ofEveryKind(field);
            case "namespaces" -> field.equals("status.phase") || ofEveryKind(field);
            case "secrets" -> field.equals("type") || ofEveryKind(field);
            default -> ofEveryKind(field);
        };
    }

    private static boolean ofEveryKind(String field) {
        return field.equals("metadata.name") || field.equals("metadata.namespace");
    }
}
