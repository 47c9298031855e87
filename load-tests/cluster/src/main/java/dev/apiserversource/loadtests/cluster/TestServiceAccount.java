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

/** A ServiceAccount and its rights. Programs under test run as one, with the rights they need and no others. */
public final class TestServiceAccount {

    private final ApiServer server;
    private final KubernetesClient admin;
    private final String namespace;
    private final String name;

    TestServiceAccount(ApiServer server, KubernetesClient admin, String namespace, String name) {
        this.server = server;
        this.admin = admin;
        this.namespace = namespace;
        this.name = name;
    }

    void create() {
        object().create();
    }

    /** The name of the account as a user, as the audit log and impersonation have it. */
    public String user() {
        return "system:serviceaccount:" + namespace + ":" + name;
    }

    /** A client of this account; the caller closes it. */
    public KubernetesClient client() {
        return server.clientWith(token());
    }

    /** A kubeconfig file with a token of this account, valid for an hour. */
    public Path kubeconfig() {
        return server.writeKubeconfig(namespace + "-" + name, token());
    }

    /** A token of this account, valid for an hour or until {@link #revokeTokens()}. */
    public String token() {
        return admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest()
                .getStatus()
                .getToken();
    }

    /**
     * Makes all tokens invalid by recreating the account, because tokens are bound to its uid. Its rights stay. The API
     * server caches a successful authentication for ten seconds.
     */
    public void revokeTokens() {
        object().delete();
        create();
    }

    private Resource<ServiceAccount> object() {
        return admin.serviceAccounts()
                .inNamespace(namespace)
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build());
    }

    /** Grants get, list and watch on a resource, cluster-wide. The core group is "". */
    public TestServiceAccount grantWatch(String group, String plural) {
        ObjectMeta metadata = metadata(roleName(group, plural));
        admin.resource(new ClusterRoleBuilder()
                        .withMetadata(metadata)
                        .withRules(watch(group, plural))
                        .build())
                .create();
        admin.resource(new ClusterRoleBindingBuilder()
                        .withMetadata(metadata)
                        .withRoleRef(roleRef("ClusterRole", metadata))
                        .withSubjects(subject())
                        .build())
                .create();
        return this;
    }

    /** Grants get, list and watch on a resource in one namespace. The core group is "". */
    public TestServiceAccount grantWatchIn(String where, String group, String plural) {
        return grantIn(where, metadata(roleName(group, plural)), watch(group, plural));
    }

    /** Grants get, list and watch on one object in one namespace: requests must select its name by a field selector. */
    public TestServiceAccount grantWatchOf(String object, String where, String group, String plural) {
        PolicyRule rule = new PolicyRuleBuilder(watch(group, plural))
                .withResourceNames(object)
                .build();
        return grantIn(where, metadata(roleName(group, plural) + ":" + object), rule);
    }

    /** Grants what holding the Lease of that name requires, in one namespace. */
    public TestServiceAccount grantLeaseIn(String where, String lease) {
        return grantIn(
                where,
                metadata(String.join(":", namespace, name, "lease")),
                new PolicyRuleBuilder()
                        .withApiGroups("coordination.k8s.io")
                        .withResources("leases")
                        .withResourceNames(lease)
                        .withVerbs("get", "update", "patch")
                        .build());
    }

    /** Grants tokens of another account of that name, in one namespace. */
    public TestServiceAccount grantTokensOf(String account, String where) {
        return grantIn(
                where,
                metadata(String.join(":", namespace, name, "tokens", account)),
                new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("serviceaccounts/token")
                        .withResourceNames(account)
                        .withVerbs("create")
                        .build());
    }

    /**
     * Grants what keeping the checkpoint of that name requires, in one namespace: its ConfigMaps by name, and no
     * others. A checkpoint is one ConfigMap, 1, 4 or 16 shards, and up to 16 segments of its journal.
     */
    public TestServiceAccount grantCheckpointIn(String where, String checkpoint) {
        List<String> names = new ArrayList<>(List.of(checkpoint));
        for (int shards = 1; shards <= 16; shards *= 4) {
            for (int shard = 0; shard < shards; shard++) {
                names.add(checkpoint + "-" + shards + "-" + shard);
            }
        }
        for (int segment = 0; segment < 16; segment++) {
            names.add(checkpoint + "-journal-" + segment);
        }
        return grantIn(
                where,
                checkpointRole(),
                new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("configmaps")
                        .withResourceNames(names)
                        .withVerbs("get", "create", "patch")
                        .build());
    }

    /** Takes away what {@link #grantCheckpointIn} granted. */
    public void revokeCheckpointIn(String where) {
        checkpointBinding(where).delete();
    }

    /** Gives back what {@link #revokeCheckpointIn} took away. */
    public void restoreCheckpointIn(String where) {
        checkpointBinding(where).create();
    }

    private Resource<RoleBinding> checkpointBinding(String where) {
        ObjectMeta metadata = checkpointRole();
        metadata.setNamespace(where);
        return admin.resource(binding(metadata));
    }

    private TestServiceAccount grantIn(String where, ObjectMeta metadata, PolicyRule rule) {
        metadata.setNamespace(where);
        admin.resource(new RoleBuilder().withMetadata(metadata).withRules(rule).build())
                .create();
        admin.resource(binding(metadata)).create();
        return this;
    }

    private RoleBinding binding(ObjectMeta metadata) {
        return new RoleBindingBuilder()
                .withMetadata(metadata)
                .withRoleRef(roleRef("Role", metadata))
                .withSubjects(subject())
                .build();
    }

    private ObjectMeta checkpointRole() {
        return metadata(String.join(":", namespace, name, "checkpoint"));
    }

    private static ObjectMeta metadata(String name) {
        return new ObjectMetaBuilder().withName(name).build();
    }

    private static RoleRef roleRef(String kind, ObjectMeta metadata) {
        return new RoleRef("rbac.authorization.k8s.io", kind, metadata.getName());
    }

    private Subject subject() {
        return new Subject("", "ServiceAccount", name, namespace);
    }

    private static PolicyRule watch(String group, String plural) {
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
