package dev.apiserversource.adapter.model;

/**
 * A resource as it was configured, before discovery.
 *
 * @param group the API group, empty for the core group
 * @param version the version within the group
 * @param name the plural, or a guess of the plural by a controller that does not use discovery
 * @param selector a label selector in string form, empty for all objects
 * @param fieldSelector a field selector in string form, empty for all objects
 * @param options what is emitted of the objects
 */
public record RequestedResource(
        String group, String version, String name, String selector, String fieldSelector, ObjectOptions options) {

    /** All fields, and the defaults. */
    public RequestedResource(String group, String version, String name, String selector) {
        this(group, version, name, selector, "", ObjectOptions.DEFAULTS);
    }

    /** Whether the other one is the same selection of the same resource; options may differ. */
    public boolean isSameSelection(RequestedResource other) {
        return group.equals(other.group)
                && version.equals(other.version)
                && name.equalsIgnoreCase(other.name)
                && hasSelectors(other.selector, other.fieldSelector);
    }

    /** Whether it has exactly these selectors. */
    public boolean hasSelectors(String labels, String fields) {
        return selector.equals(labels) && fieldSelector.equals(fields);
    }

    /** A short name for logs, such as {@code apps/v1/deployments}. */
    public String id() {
        return ResourceType.apiVersion(group, version) + "/" + name;
    }
}
