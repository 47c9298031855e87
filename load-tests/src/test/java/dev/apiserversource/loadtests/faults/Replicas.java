package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.Rig;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.Launch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;

import java.util.concurrent.atomic.AtomicInteger;

/** What makes several adapters of one source agree on who works: a Lease, made beforehand, and a name for each pod. */
final class Replicas {

    private static final String LEASE = "kept";

    private final AtomicInteger pods = new AtomicInteger();

    Replicas(Rig rig) {
        rig.account().mayHoldLeaseIn(rig.namespace(), LEASE);
        rig.client()
                .resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion("coordination.k8s.io/v1")
                        .withKind("Lease")
                        .withNewMetadata()
                        .withName(LEASE)
                        .withNamespace(rig.namespace())
                        .endMetadata()
                        .build())
                .create();
    }

    /** The launch of one more of them. */
    Launch next(Launch launch) {
        return launch.with("LEASE_NAME", LEASE)
                .with("POD_NAME", "pod-" + pods.incrementAndGet())
                .with("POD_IP", "127.0.0.1");
    }

    /** Whether the adapter is, or was, the one that works. */
    static boolean isActive(AdapterProcess adapter) {
        return adapter.log().stream().anyMatch(line -> line.message().startsWith("active: "));
    }
}
