package dev.apiserversource.adapter.model;

/**
 * A resource as the user or the controller named it, before discovery.
 *
 * @param group the API group, empty for the core group
 * @param version the version within the group
 * @param name the plural, or what a sender that does not ask discovery guessed it to be
 * @param selector a label selector in string form, empty for all objects
 */
public record RequestedResource(String group, String version, String name, String selector) {

    /** A short name for logs, such as {@code apps/v1/deployments}. */
    public String id() {
        return ResourceType.apiVersion(group, version) + "/" + name;
    }
}
