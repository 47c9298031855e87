package dev.apiserversource.controller.pingsource;

import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.apply.ChildMetadata;
import dev.apiserversource.controller.identity.SinkIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;

import java.util.List;
import java.util.Map;

/**
 * Lets the adapter of all PingSources request tokens of the ServiceAccount that one source has for its sink. Knative's
 * adapter may request those of every ServiceAccount of the cluster.
 */
final class PingTokenRole {

    private static final String LABEL = "sources.knative.dev/role";
    private static final String VALUE = "pingsource-token";

    /** Selects the objects of all sources. */
    static final String LABEL_SELECTOR = LABEL + "=" + VALUE;

    private PingTokenRole() {}

    /**
     * The Role and the RoleBinding, named like the ServiceAccount.
     *
     * @param adapterNamespace the namespace of the adapter
     */
    static List<HasMetadata> desired(PingSource source, String adapterNamespace) {
        String account = SinkIdentity.name(source);
        ObjectMeta metadata = ChildMetadata.of(source, account, Map.of(LABEL, VALUE));
        return List.of(
                new RoleBuilder()
                        .withMetadata(metadata)
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("serviceaccounts/token")
                        .withResourceNames(account)
                        .withVerbs("create")
                        .endRule()
                        .build(),
                new RoleBindingBuilder()
                        .withMetadata(metadata)
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", account)
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(PingAdapterDeployment.NAME)
                        .withNamespace(adapterNamespace)
                        .endSubject()
                        .build());
    }
}
