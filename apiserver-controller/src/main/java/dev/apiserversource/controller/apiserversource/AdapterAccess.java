package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What an adapter may write: the checkpoint and the Lease of its own source, by name, and nothing else. */
final class AdapterAccess {

    private static final List<Integer> CHECKPOINT_SHARDS = List.of(1, 4, 16, 64);

    private AdapterAccess() {}

    static Role role(Source source) {
        String name = source.childName();
        return new RoleBuilder()
                .withMetadata(source.child(name))
                .withRules(
                        rule("", "configmaps", checkpoint(name), "get", "create", "patch"),
                        rule("coordination.k8s.io", "leases", List.of(name), "get", "update", "patch"))
                .build();
    }

    static RoleBinding binding(Source source) {
        String name = source.childName();
        return new RoleBindingBuilder()
                .withMetadata(source.child(name))
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(source.spec().serviceAccountName())
                .withNamespace(source.namespace())
                .endSubject()
                .build();
    }

    /** The names that the adapter's DESIGN.md gives to the parts of a checkpoint; it makes them itself, as it needs them. */
    private static List<String> checkpoint(String name) {
        Stream<String> shards = CHECKPOINT_SHARDS.stream()
                .flatMap(count -> IntStream.range(0, count).mapToObj(shard -> name + "-" + count + "-" + shard));
        return Stream.concat(Stream.of(name), shards).toList();
    }

    private static PolicyRule rule(String group, String resource, List<String> names, String... verbs) {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(resource)
                .withResourceNames(names)
                .withVerbs(verbs)
                .build();
    }
}
