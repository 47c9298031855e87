package dev.apiserversource.loadtests.cluster;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A ServiceAccount and its rights; the adapter under test runs as one, with the rights it needs and no others. */
public final class Account {

    private final KubernetesClient admin;
    private final String namespace;
    private final String name;
    private final Function<String, Path> kubeconfigOf;

    private Account(KubernetesClient admin, String namespace, String name, Function<String, Path> kubeconfigOf) {
        this.admin = admin;
        this.namespace = namespace;
        this.name = name;
        this.kubeconfigOf = kubeconfigOf;
    }

    static Account create(KubernetesClient admin, String namespace, String name, Function<String, Path> kubeconfigOf) {
        Account account = new Account(admin, namespace, name, kubeconfigOf);
        account.self(admin).create();
        return account;
    }

    /** A kubeconfig file with a token of this account, valid for an hour. */
    public Path kubeconfig() {
        return kubeconfigOf.apply(token());
    }

    /** A token of this account, valid for an hour, or until {@link #revokeTokens()}. */
    public String token() {
        return admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest()
                .getStatus()
                .getToken();
    }

    /**
     * Makes all tokens worthless: the account is deleted and made again, and tokens are bound to its uid. Its rights stay. The API server
     * may go on to honour for ten seconds a token that it has just seen.
     */
    public void revokeTokens() {
        self(admin).delete();
        self(admin).create();
    }

    private Resource<ServiceAccount> self(KubernetesClient client) {
        return client.serviceAccounts()
                .inNamespace(namespace)
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build());
    }

    /** Grants get, list and watch on a resource of an API group ("" is the core group), cluster-wide. */
    public Account mayWatch(String group, String plural) {
        ObjectMeta named = named(roleName(group, plural));
        admin.resource(new ClusterRoleBuilder()
                        .withMetadata(named)
                        .withRules(watching(group, plural))
                        .build())
                .create();
        admin.resource(new ClusterRoleBindingBuilder()
                        .withMetadata(named)
                        .withRoleRef(role("ClusterRole", named))
                        .withSubjects(self())
                        .build())
                .create();
        return this;
    }

    /** Grants get, list and watch on a resource of an API group ("" is the core group), in one namespace. */
    public Account mayWatchIn(String where, String group, String plural) {
        return mayIn(where, named(roleName(group, plural)), watching(group, plural));
    }

    /** Grants what holding a Lease of that name takes, in one namespace. */
    public Account mayHoldLeaseIn(String where, String lease) {
        return mayIn(
                where,
                named(String.join(":", namespace, name, "lease")),
                new PolicyRuleBuilder()
                        .withApiGroups("coordination.k8s.io")
                        .withResources("leases")
                        .withResourceNames(lease)
                        .withVerbs("get", "update", "patch")
                        .build());
    }

    /** Takes away what {@link #mayKeepCheckpointIn} granted. */
    public void mayNotKeepCheckpointIn(String where) {
        checkpointBinding(where).delete();
    }

    /** Gives back what {@link #mayNotKeepCheckpointIn} took away. */
    public void mayAgainKeepCheckpointIn(String where) {
        checkpointBinding(where).create();
    }

    private Resource<RoleBinding> checkpointBinding(String where) {
        ObjectMeta named = checkpointRole();
        named.setNamespace(where);
        return admin.resource(binding(named));
    }

    private Account mayIn(String where, ObjectMeta named, PolicyRule rule) {
        named.setNamespace(where);
        admin.resource(new RoleBuilder().withMetadata(named).withRules(rule).build())
                .create();
        admin.resource(binding(named)).create();
        return this;
    }

    private RoleBinding binding(ObjectMeta named) {
        return new RoleBindingBuilder()
                .withMetadata(named)
                .withRoleRef(role("Role", named))
                .withSubjects(self())
                .build();
    }

    /** Grants what keeping a checkpoint of that name takes, in one namespace: these ConfigMaps by name, and nothing about others. */
    public Account mayKeepCheckpointIn(String where, String checkpoint) {
        List<String> names = new ArrayList<>(List.of(checkpoint));
        for (int shards = 1; shards <= 64; shards *= 4) {
            for (int shard = 0; shard < shards; shard++) {
                names.add(checkpoint + "-" + shards + "-" + shard);
            }
        }
        return mayIn(
                where,
                checkpointRole(),
                new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("configmaps")
                        .withResourceNames(names)
                        .withVerbs("get", "create", "patch")
                        .build());
    }

    private ObjectMeta checkpointRole() {
        return named(String.join(":", namespace, name, "checkpoint"));
    }

    private static ObjectMeta named(String name) {
        return new ObjectMetaBuilder().withName(name).build();
    }

    private static RoleRef role(String kind, ObjectMeta named) {
        return new RoleRef("rbac.authorization.k8s.io", kind, named.getName());
    }

    private Subject self() {
        return new Subject("", "ServiceAccount", name, namespace);
    }

    private static PolicyRule watching(String group, String plural) {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(plural)
                .withVerbs("get", "list", "watch")
                .build();
    }

    private String roleName(String group, String plural) {
        return String.join(":", namespace, name, group, plural);
    }
}
