package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What a list or watch asks for, from its query parameters.
 *
 * @param resourceVersion empty when none is named
 * @param exactMatch whether the list must show the state of that very version
 * @param limit items per page, 0 for all
 */
record ListOptions(
        Predicate<ObjectNode> selector,
        boolean selective,
        OptionalLong resourceVersion,
        boolean exactMatch,
        int limit,
        String continueToken,
        boolean watch,
        boolean allowBookmarks,
        boolean sendInitialEvents,
        Duration timeout) {

    /** How long a watch lasts that names no {@code timeoutSeconds}. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

    /** Reads {@code query}; combinations that the real server refuses are refused (400, 422). */
    static ListOptions parse(MultiMap query, ResourceKind kind, boolean streamingLists) {
        String labels = text(query, "labelSelector");
        String fields = text(query, "fieldSelector");
        ListOptions options = new ListOptions(
                LabelSelector.parse(labels).and(FieldSelector.parse(fields, kind)),
                !labels.isBlank() || !fields.isBlank(),
                version(text(query, "resourceVersion")),
                text(query, "resourceVersionMatch").equals("Exact"),
                (int) number(query, "limit"),
                text(query, "continue"),
                isTrue(query, "watch"),
                isTrue(query, "allowWatchBookmarks"),
                isTrue(query, "sendInitialEvents"),
                query.contains("timeoutSeconds")
                        ? Duration.ofSeconds(number(query, "timeoutSeconds"))
                        : DEFAULT_TIMEOUT);
        options.check(query, streamingLists);
        return options;
    }

    /** Whether any state will do: the real server then sends the whole list, whatever the limit. */
    boolean anyVersion() {
        return resourceVersion.isPresent() && resourceVersion.getAsLong() == 0;
    }

    /** Whether a watch begins with the objects that exist already. */
    boolean startsFromState() {
        return sendInitialEvents || resourceVersion.isEmpty() || resourceVersion.getAsLong() == 0;
    }

    private void check(MultiMap query, boolean streamingLists) {
        String match = text(query, "resourceVersionMatch");
        if (query.contains("sendInitialEvents")) {
            if (!streamingLists) {
                throw ApiException.streamingListForbidden();
            }
            refuseIf(!watch, "sendInitialEvents", "sendInitialEvents is forbidden for list");
            refuseIf(
                    !match.equals("NotOlderThan"),
                    "resourceVersionMatch",
                    "sendInitialEvents requires setting" + " resourceVersionMatch to NotOlderThan");
        } else {
            refuseIf(
                    watch && !match.isEmpty(),
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch" + " unless sendInitialEvents is provided");
            refuseIf(
                    !match.isEmpty() && resourceVersion.isEmpty(),
                    "resourceVersionMatch",
                    "resourceVersionMatch is" + " forbidden unless resourceVersion is provided");
        }
        refuseIf(
                !continueToken.isEmpty() && resourceVersion.orElse(0) > 0,
                "resourceVersion",
                "specifying resource" + " version is not allowed when using continue");
    }

    private static void refuseIf(boolean wrong, String field, String why) {
        if (wrong) {
            throw ApiException.invalid("ListOptions.meta.k8s.io", "", field, "Forbidden: " + why);
        }
    }

    private static OptionalLong version(String text) {
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            throw ApiException.invalid("ListOptions", "", "resourceVersion", "Invalid value: \"" + text + "\"");
        }
    }

    private static long number(MultiMap query, String name) {
        try {
            return query.contains(name) ? Long.parseLong(query.get(name)) : 0;
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("the parameter " + name + " is not a number");
        }
    }

    private static boolean isTrue(MultiMap query, String name) {
        String value = query.get(name);
        return value != null && !value.equals("false") && !value.equals("0");
    }

    private static String text(MultiMap query, String name) {
        String value = query.get(name);
        return value == null ? "" : value;
    }
}
