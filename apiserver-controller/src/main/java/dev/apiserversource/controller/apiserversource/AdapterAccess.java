package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;

/** What an adapter may write: the checkpoint and the Lease of its own source, by name, and nothing else. */
final class AdapterAccess {

    private AdapterAccess() {}

    static Role role(Source source) {
        String name = source.childName();
        return new RoleBuilder()
                .withMetadata(source.child(name))
                .withRules(rule("", "configmaps", name), rule("coordination.k8s.io", "leases", name))
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

    private static PolicyRule rule(String group, String resource, String name) {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(resource)
                .withResourceNames(name)
                .withVerbs("get", "update", "patch")
                .build();
    }
}
