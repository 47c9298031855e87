package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;

/** Two adapters of one source, one of them active by a Lease, each with the rights that it needs and no others. */
final class Pair implements AutoCloseable {

    static final String NAME = "kept";

    private static final String API_VERSION = "coordination.k8s.io/v1";
    private static final Patience START = Patience.ofSeconds(60);

    private final Rig rig;
    private final AdapterProcess active;
    private final AdapterProcess standby;

    /** Starts both and returns when both are ready, the first active. */
    Pair(ControlPlane plane) {
        rig = Rig.forConfigMaps(plane);
        rig.account().mayKeepCheckpointIn(rig.namespace(), NAME);
        makeLease();
        active = launch("pod-a");
        standby = launch("pod-b");
    }

    Rig rig() {
        return rig;
    }

    AdapterProcess active() {
        return active;
    }

    AdapterProcess standby() {
        return standby;
    }

    /** Starts one more and returns when it is ready. */
    AdapterProcess launch(String pod) {
        return rig.launch(rig.configMaps(), launch -> launch.with("NAMESPACE", rig.namespace())
                        .with("CHECKPOINT_NAME", NAME)
                        .with("LEASE_NAME", NAME)
                        .with("POD_NAME", pod)
                        .with("POD_IP", "127.0.0.1"))
                .awaitReady(START);
    }

    /** A field of the Lease's spec, as text. */
    String lease(String field) {
        GenericKubernetesResource lease = rig.client()
                .genericKubernetesResources(API_VERSION, "Lease")
                .inNamespace(rig.namespace())
                .withName(NAME)
                .get();
        return String.valueOf(lease.<Object>get("spec", field));
    }

    private void makeLease() {
        String namespace = rig.namespace();
        rig.client()
                .resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion(API_VERSION)
                        .withKind("Lease")
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        rig.client()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName("lease")
                        .withNamespace(namespace)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("coordination.k8s.io")
                        .withResources("leases")
                        .withResourceNames(NAME)
                        .withVerbs("get", "update", "patch")
                        .endRule()
                        .build())
                .create();
        rig.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("lease")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "lease")
                        .addNewSubject("", "ServiceAccount", "adapter", namespace)
                        .build())
                .create();
    }

    @Override
    public void close() {
        rig.close();
    }
}
