package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Label selectors ({@code a=b,c!=d,e in (f,g),h notin (i),j,!k}) and field selectors ({@code a.b=c,d!=e}) in string
 * form.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label
 *     selectors</a>
 */
final class Selectors {

    private static final String KEY = "\\s*([A-Za-z0-9][-A-Za-z0-9_./]*)\\s*";
    private static final Pattern SET = Pattern.compile(KEY + "\\s(in|notin)\\s*\\(([^()]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile(KEY + "(==|=|!=)\\s*([-A-Za-z0-9_.]*)\\s*");
    private static final Pattern EXISTS = Pattern.compile("\\s*(!?)" + KEY);
    private static final Pattern COMMA_OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");
    private static final Pattern FIELD = Pattern.compile("\\s*([A-Za-z.]+)\\s*(==|=|!=)(.*)");
    private static final Set<String> EVENT_FIELDS = Set.of("type", "reason", "source", "reportingComponent");
    private static final Set<String> POD_FIELDS = Set.of("spec.nodeName", "status.phase");

    private Selectors() {}

    /** Objects whose labels match {@code text}; all when it is blank; 400 when it is malformed. */
    static Predicate<ObjectNode> labels(String text) {
        return text.isBlank()
                ? object -> true
                : COMMA_OUTSIDE_PARENTHESES
                        .splitAsStream(text)
                        .map(Selectors::labelRequirement)
                        .reduce(object -> true, Predicate::and);
    }

    private static Predicate<ObjectNode> labelRequirement(String text) {
        Matcher set = SET.matcher(text);
        if (set.matches()) {
            Set<String> values =
                    Stream.of(set.group(3).split(",")).map(String::trim).collect(Collectors.toSet());
            return in(set.group(1), values, set.group(2).equals("in"));
        }
        Matcher equality = EQUALITY.matcher(text);
        if (equality.matches()) {
            boolean positive = !equality.group(2).equals("!=");
            return in(equality.group(1), Set.of(equality.group(3)), positive);
        }
        Matcher exists = EXISTS.matcher(text);
        if (exists.matches()) {
            boolean positive = exists.group(1).isEmpty();
            return object -> label(object, exists.group(2)).isMissingNode() != positive;
        }
        throw ApiException.badRequest("unable to parse requirement: " + text);
    }

    /** An object without the label is in no set and satisfies every negative requirement. */
    private static Predicate<ObjectNode> in(String key, Set<String> values, boolean positive) {
        return object -> {
            JsonNode label = label(object, key);
            return (!label.isMissingNode() && values.contains(label.asText())) == positive;
        };
    }

    private static JsonNode label(ObjectNode object, String key) {
        return object.path("metadata").path("labels").path(key);
    }

    /** Objects of {@code kind} whose fields match {@code text}; 400 for a field that the kind does not support. */
    static Predicate<ObjectNode> fields(String text, ResourceKind kind) {
        return text.isBlank()
                ? object -> true
                : Stream.of(text.split(","))
                        .map(term -> fieldRequirement(term, kind))
                        .reduce(object -> true, Predicate::and);
    }

    private static Predicate<ObjectNode> fieldRequirement(String text, ResourceKind kind) {
        Matcher term = FIELD.matcher(text);
        if (!term.matches()) {
            throw ApiException.badRequest("invalid selector: '" + text + "'; can't understand '" + text + "'");
        }
        String field = term.group(1);
        if (!isSupported(field, kind)) {
            throw ApiException.badRequest("field label not supported: " + field);
        }
        boolean positive = !term.group(2).equals("!=");
        return object -> Json.text(object, field).equals(term.group(3).trim()) == positive;
    }

    private static boolean isSupported(String field, ResourceKind kind) {
        return field.equals("metadata.name")
                || field.equals("metadata.namespace")
                || switch (kind.qualifiedName()) {
                    case "pods" -> POD_FIELDS.contains(field);
                    case "events" -> EVENT_FIELDS.contains(field) || field.startsWith("involvedObject.");
                    default -> false;
                };
    }
}
