package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.identity.SinkIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an adapter may write: the checkpoint ConfigMaps and the Lease of its own source, by name, and nothing else. If a
 * sink has an audience, it may also request tokens of the source's own ServiceAccount for sinks, and of no other.
 */
final class AdapterRoles {

    private static final List<Integer> SHARD_COUNTS = List.of(1, 4, 16);
    private static final int SEGMENTS = 16;

    private AdapterRoles() {}

    /**
     * Its Role and RoleBinding. While pods of an earlier template may run, what {@code current} objects grant is kept.
     *
     * @param rolledOut whether all pods run the current template
     */
    static List<HasMetadata> desired(
            AdapterPlan plan, Optional<Role> currentRole, Optional<RoleBinding> currentBinding, boolean rolledOut) {
        Role role = role(plan);
        RoleBinding binding = binding(plan.source());
        if (!rolledOut) {
            currentRole.ifPresent(current -> role.setRules(union(role.getRules(), current.getRules())));
            currentBinding.ifPresent(
                    current -> binding.setSubjects(union(binding.getSubjects(), current.getSubjects())));
        }
        return List.of(role, binding);
    }

    private static <T> List<T> union(List<T> desired, @Nullable List<T> current) {
        return Stream.concat(desired.stream(), Stream.ofNullable(current).flatMap(List::stream))
                .distinct()
                .toList();
    }

    static Role role(AdapterPlan plan) {
        ApiServerSource source = plan.source();
        String name = AdapterMetadata.name(source);
        return new RoleBuilder()
                .withMetadata(AdapterMetadata.of(source))
                .withRules(
                        rule("", "configmaps", checkpointNames(name), "get", "create", "patch"),
                        rule("coordination.k8s.io", "leases", List.of(name), "get", "update", "patch"))
                .addAllToRules(plan.sendsToken() ? List.of(tokens(source)) : List.of())
                .build();
    }

    private static PolicyRule tokens(ApiServerSource source) {
        return rule("", "serviceaccounts/token", List.of(SinkIdentity.name(source)), "create");
    }

    static RoleBinding binding(ApiServerSource source) {
        return new RoleBindingBuilder()
                .withMetadata(AdapterMetadata.of(source))
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", AdapterMetadata.name(source))
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(source.getSpec().serviceAccountName())
                .withNamespace(source.getMetadata().getNamespace())
                .endSubject()
                .build();
    }

    /**
     * The checkpoint's manifest, and every shard and every segment of the journal that it may have. The adapter
     * computes the same names: controller and adapter share no production class, so the contract test compares them.
     */
    static List<String> checkpointNames(String name) {
        Stream<String> shards = SHARD_COUNTS.stream()
                .flatMap(count -> IntStream.range(0, count).mapToObj(shard -> name + "-" + count + "-" + shard));
        Stream<String> segments = IntStream.range(0, SEGMENTS).mapToObj(segment -> name + "-journal-" + segment);
        return Stream.concat(Stream.of(name), Stream.concat(shards, segments)).toList();
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
