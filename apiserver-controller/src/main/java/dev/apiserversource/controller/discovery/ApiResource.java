package dev.apiserversource.controller.discovery;

import java.util.Locale;

/**
 * A resource of the Kubernetes API.
 *
 * @param group its group, empty for the core group
 * @param version its version
 * @param plural its lower-case plural, as in URLs
 * @param kind its kind
 * @param namespaced whether its objects live in namespaces
 */
public record ApiResource(String group, String version, String plural, String kind, boolean namespaced) {

    /**
     * A guess for a kind that is not served yet. The plural is guessed as in Knative. The adapter guesses likewise:
     * controller and adapter share no production class, so the contract test compares them.
     */
    public static ApiResource guess(String apiVersion, String kind) {
        return new ApiResource(groupOf(apiVersion), versionOf(apiVersion), pluralOf(kind), kind, true);
    }

    /** The group in {@code group/version}; empty for a bare version. */
    public static String groupOf(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The version in {@code group/version}. */
    public static String versionOf(String apiVersion) {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    /** Group and version as manifests write them. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The name in messages and rules: {@code brokers.eventing.knative.dev}, {@code services}. */
    public String qualifiedName() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    private static String pluralOf(String kind) {
        String singular = kind.toLowerCase(Locale.ROOT);
        if (singular.endsWith("endpoints")) {
            return singular;
        }
        if (singular.endsWith("s")) {
            return singular + "es";
        }
        return singular.endsWith("y") ? singular.substring(0, singular.length() - 1) + "ies" : singular + "s";
    }
}
