package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Label selectors in string form: {@code a=b,c!=d,e in (f,g),h notin (i),j,!k}. */
final class LabelSelector {

    private static final String KEY = "\\s*([A-Za-z0-9][-A-Za-z0-9_./]*)\\s*";
    private static final Pattern SET = Pattern.compile(KEY + "\\s(in|notin)\\s*\\(([^()]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile(KEY + "(==|=|!=)\\s*([-A-Za-z0-9_.]*)\\s*");
    private static final Pattern EXISTS = Pattern.compile("\\s*(!?)" + KEY);
    private static final Pattern COMMA_OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");

    private LabelSelector() {}

    /** Parses {@code text}; one that cannot be understood is refused with 400. */
    static Predicate<ObjectNode> parse(String text) {
        return text.isBlank()
                ? object -> true
                : COMMA_OUTSIDE_PARENTHESES
                        .splitAsStream(text)
                        .map(LabelSelector::requirement)
                        .reduce(object -> true, Predicate::and);
    }

    private static Predicate<ObjectNode> requirement(String text) {
        Matcher set = SET.matcher(text);
        if (set.matches()) {
            Set<String> values =
                    Stream.of(set.group(3).split(",")).map(String::trim).collect(Collectors.toSet());
            return in(set.group(1), values, set.group(2).equals("in"));
        }
        Matcher equality = EQUALITY.matcher(text);
        if (equality.matches()) {
            return in(
                    equality.group(1),
                    Set.of(equality.group(3)),
                    !equality.group(2).equals("!="));
        }
        Matcher exists = EXISTS.matcher(text);
        if (exists.matches()) {
            boolean wanted = exists.group(1).isEmpty();
            return object -> label(object, exists.group(2)).isMissingNode() != wanted;
        }
        throw ApiException.badRequest("unable to parse requirement: " + text);
    }

    /** An object without the label is in no set, and so satisfies every negative requirement. */
    private static Predicate<ObjectNode> in(String key, Set<String> values, boolean wanted) {
        return object -> {
            JsonNode label = label(object, key);
            return (!label.isMissingNode() && values.contains(label.asText())) == wanted;
        };
    }

    private static JsonNode label(ObjectNode object, String key) {
        return object.path("metadata").path("labels").path(key);
    }
}
