package dev.apiserversource.loadtests.sink;

import java.util.Comparator;

/** The order of resourceVersions by the rule of the Kubernetes API: decimal numbers of any size. */
final class ResourceVersions {

    static final Comparator<String> ORDER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private ResourceVersions() {}
}
