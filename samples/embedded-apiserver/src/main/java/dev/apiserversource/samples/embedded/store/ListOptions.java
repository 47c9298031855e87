package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.MultiMap;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The query parameters of a list or watch request, checked as the real API server checks them.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API Concepts</a>
 */
public final class ListOptions {

    /** The length of a watch without {@code timeoutSeconds}; the real API server takes 30 to 60 minutes. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

    private final MultiMap query;
    private final Predicate<ObjectNode> selector;
    private final OptionalLong resourceVersion;
    private final int limit;
    private final Duration timeout;

    /** Reads {@code query}; 400 or 422 for what the real API server refuses. */
    public ListOptions(MultiMap query, ResourceKind kind) {
        this.query = query;
        this.selector = Selectors.labels(text("labelSelector")).and(Selectors.fields(text("fieldSelector"), kind));
        this.resourceVersion = parseVersion(text("resourceVersion"));
        this.limit = (int) number("limit");
        this.timeout =
                query.contains("timeoutSeconds") ? Duration.ofSeconds(number("timeoutSeconds")) : DEFAULT_TIMEOUT;
        check();
    }

    /** What the label and field selectors select. */
    public Predicate<ObjectNode> selector() {
        return selector;
    }

    /** Whether there is a label or field selector. */
    public boolean isSelective() {
        return !text("labelSelector").isBlank() || !text("fieldSelector").isBlank();
    }

    /** Empty when none is named. */
    public OptionalLong resourceVersion() {
        return resourceVersion;
    }

    /** Whether a list shows the state at exactly {@link #resourceVersion}. */
    public boolean isExactMatch() {
        return text("resourceVersionMatch").equals("Exact");
    }

    /** Items per page; 0 for all. The real API server ignores the limit of a list at resourceVersion 0. */
    public int limit() {
        return resourceVersion.orElse(-1) == 0 ? 0 : limit;
    }

    /** The continue token; empty for the first page. */
    public String continueToken() {
        return text("continue");
    }

    /** Whether the client accepts bookmarks. */
    public boolean allowBookmarks() {
        return isTrue("allowWatchBookmarks");
    }

    /** Whether the watch is a streaming list (KEP-3157). */
    public boolean sendInitialEvents() {
        return isTrue("sendInitialEvents");
    }

    /** Whether the watch starts with the objects that exist. */
    public boolean startsFromState() {
        return sendInitialEvents() || resourceVersion.orElse(0) == 0;
    }

    /** When the watch ends. */
    public Duration timeout() {
        return timeout;
    }

    private void check() {
        String match = text("resourceVersionMatch");
        boolean watch = isTrue("watch");
        if (query.contains("sendInitialEvents")) {
            forbidIf(!watch, "sendInitialEvents", "sendInitialEvents is forbidden for list");
            forbidIf(
                    !match.equals("NotOlderThan"),
                    "resourceVersionMatch",
                    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        } else {
            forbidIf(
                    watch && !match.isEmpty(),
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            forbidIf(
                    !match.isEmpty() && resourceVersion.isEmpty(),
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (!continueToken().isEmpty() && resourceVersion.orElse(0) > 0) {
            throw ApiException.badRequest("specifying resource version is not allowed when using continue");
        }
    }

    private static void forbidIf(boolean wrong, String field, String why) {
        if (wrong) {
            throw ApiException.invalidOptions("ListOptions", FieldError.forbidden(field, why));
        }
    }

    private static OptionalLong parseVersion(String text) {
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            throw ApiException.invalidOptions(
                    "ListOptions", FieldError.invalid("resourceVersion", TextNode.valueOf(text), "not a number"));
        }
    }

    private long number(String name) {
        try {
            return query.contains(name) ? Long.parseLong(query.get(name)) : 0;
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("the parameter " + name + " is not a number");
        }
    }

    private boolean isTrue(String name) {
        String value = query.get(name);
        return value != null && !value.equals("false") && !value.equals("0");
    }

    private String text(String name) {
        String value = query.get(name);
        return value == null ? "" : value;
    }
}
