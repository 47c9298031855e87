package dev.apiserversource.samples.embedded;

import java.util.Set;

/**
 * A right of one user. In each of the sets {@code "*"} stands for everything; rights to cluster-scoped objects, or to
 * all namespaces at once, need {@code "*"} among the namespaces.
 *
 * @param user for example {@code system:serviceaccount:default:events-sa}
 * @param groups API groups; {@code ""} is the core group
 * @param resources plurals, with the subresource where there is one: {@code pods}, {@code pods/log}
 */
public record AccessRule(
        String user, Set<String> verbs, Set<String> groups, Set<String> resources, Set<String> namespaces) {

    public AccessRule {
        verbs = Set.copyOf(verbs);
        groups = Set.copyOf(groups);
        resources = Set.copyOf(resources);
        namespaces = Set.copyOf(namespaces);
    }

    /** What somebody wants to do; {@code namespace} is empty for all. */
    record Attempt(String user, String verb, String group, String resource, String namespace) {}

    boolean allows(Attempt attempt) {
        return user.equals(attempt.user())
                && holds(verbs, attempt.verb())
                && holds(groups, attempt.group())
                && holds(resources, attempt.resource())
                && holds(namespaces, attempt.namespace());
    }

    private static boolean holds(Set<String> set, String value) {
        return set.contains("*") || set.contains(value);
    }
}
