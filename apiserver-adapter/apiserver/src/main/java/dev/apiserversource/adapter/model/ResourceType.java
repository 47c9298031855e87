package dev.apiserversource.adapter.model;

/**
 * A kind of object as discovery describes it.
 *
 * @param group the API group, empty for the core group
 * @param version the version within the group, such as {@code v1}
 * @param plural the name in URLs, such as {@code oxen}
 * @param kind the kind, such as {@code Ox}
 * @param namespaced whether its objects live in namespaces
 */
public record ResourceType(String group, String version, String plural, String kind, boolean namespaced) {

    /** The {@code apiVersion} of its objects: {@code v1}, {@code apps/v1}. */
    public String apiVersion() {
        return apiVersion(group, version);
    }

    /** The {@code apiVersion} of a group and version. */
    public static String apiVersion(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The URL path that discovery of a group and version is served at. */
    public static String discoveryPath(String group, String version) {
        return (group.isEmpty() ? "/api/" : "/apis/") + apiVersion(group, version);
    }
}
