package dev.apiserversource.adapter.model;

/**
 * A resource as it was configured, before discovery.
 *
 * @param group the API group, empty for the core group
 * @param version the version within the group
 * @param name the plural, or a guess of the plural by a controller that does not use discovery
 * @param selector a label selector in string form, empty for all objects
 */
public record RequestedResource(String group, String version, String name, String selector) {

    /** A short name for logs, such as {@code apps/v1/deployments}. */
    public String id() {
        return ResourceType.apiVersion(group, version) + "/" + name;
    }
}
