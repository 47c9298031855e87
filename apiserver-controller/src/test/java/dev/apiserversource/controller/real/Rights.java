package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rights that roles grant and that requests use, as verb, resource and group. */
final class Rights {

    static final int FORBIDDEN = 403;

    /** Held only to grant them to adapters. */
    private static final Set<String> GRANTED_TO_ADAPTERS =
            Set.of("patch configmaps", "update leases.coordination.k8s.io", "patch leases.coordination.k8s.io");

    private static final int CREATED = 201;

    private Rights() {}

    /** The rights of requests that were not forbidden. An apply that creates an object needs create too. */
    static Set<String> used(List<Request> requests) {
        return requests.stream()
                .filter(request -> request.code() != FORBIDDEN)
                .flatMap(request -> request.verb().equals("patch") && request.code() == CREATED
                        ? Stream.of(request.right(), request.right().replaceFirst("patch", "create"))
                        : Stream.of(request.right()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every verb on every resource of every rule in a file, except those granted to adapters. */
    static Set<String> granted(Path file) {
        return Repository.objects(file).stream()
                .filter(object -> object.containsKey("rules"))
                .flatMap(role -> Repository.<List<Map<String, List<String>>>>at(role, "rules").stream())
                .flatMap(rule -> rule.get("apiGroups").stream()
                        .flatMap(group -> rule.get("resources").stream().flatMap(resource -> rule.get("verbs").stream()
                                .map(verb -> verb + " " + resource + (group.isEmpty() ? "" : "." + group)))))
                .filter(right -> !GRANTED_TO_ADAPTERS.contains(right))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
