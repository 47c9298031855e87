package dev.apiserversource.adapter.state;

/**
 * Names a stream across processes, by what decides which objects it sees. The mode of the events is not part of it. Nor
 * is the version of the resource, so a stream is resumed when its kind is watched in another version. Only while a
 * resource is watched in two versions, each of the two streams has its own.
 *
 * @param group the API group, empty for the core group
 * @param version empty unless the resource is watched in several versions
 * @param plural the name in URLs
 * @param namespace empty for all namespaces
 * @param selector label selector in string form
 * @param fieldSelector field selector in string form
 */
public record StreamId(
        String group, String version, String plural, String namespace, String selector, String fieldSelector) {

    /**
     * In place of the namespace: the resource is watched in no namespace, because none was selected yet. It is no valid
     * name of a namespace.
     */
    static final String NO_NAMESPACE = "*";

    private static final int PARTS = 6;

    /** The reverse of {@link #text}; missing parts are empty. */
    public static StreamId of(String text) {
        String[] parts = text.split("\\|", PARTS);
        return new StreamId(
                part(parts, 0), part(parts, 1), part(parts, 2), part(parts, 3), part(parts, 4), part(parts, 5));
    }

    /** Up to format version 2 of the checkpoint the mode of the events stood before the selector. */
    public static StreamId ofVersion2(String text) {
        StreamId id = of(text);
        return new StreamId(id.group, id.version, id.plural, id.namespace, id.fieldSelector, "");
    }

    private static String part(String[] parts, int number) {
        return number < parts.length ? parts[number] : "";
    }

    /** The form that is stored. Only the last part can contain the separator. */
    public String text() {
        String text = String.join("|", group, version, plural, namespace, selector);
        return fieldSelector.isEmpty() ? text : text + "|" + fieldSelector;
    }

    /** The same stream, and one of the two has no version. */
    boolean isSameInAnotherVersion(StreamId other) {
        boolean comparable = version.isEmpty() || other.version.isEmpty();
        return comparable && isSameResource(other) && namespace.equals(other.namespace);
    }

    /** Other objects of the same resource in the same namespace. */
    boolean isSameWithOtherSelectors(StreamId other) {
        boolean comparable = version.equals(other.version) || version.isEmpty() || other.version.isEmpty();
        return comparable
                && isOfSameResource(other)
                && namespace.equals(other.namespace)
                && !hasSelectors(other.selector, other.fieldSelector);
    }

    boolean isSameInAnotherNamespace(StreamId other) {
        return isSameResource(other) && !namespace.equals(other.namespace);
    }

    /** The same resource, whichever of its objects. */
    boolean isOfSameResource(StreamId other) {
        return group.equals(other.group) && plural.equals(other.plural);
    }

    boolean hasSelectors(String labels, String fields) {
        return selector.equals(labels) && fieldSelector.equals(fields);
    }

    boolean isOfNoNamespace() {
        return namespace.equals(NO_NAMESPACE);
    }

    private boolean isSameResource(StreamId other) {
        return isOfSameResource(other) && hasSelectors(other.selector, other.fieldSelector);
    }
}
