package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.Rig;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.Launch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What makes several adapters of one source agree on who works: a Lease, made beforehand, and a name for each pod. */
final class Replicas {

    private static final String LEASE = "kept";

    private final Map<AdapterProcess, String> pods = new HashMap<>();
    private final Deque<String> ended = new ArrayDeque<>();

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

    /** Starts one more of them: in a pod whose container was killed, where there is one, else in another. */
    AdapterProcess start(Rig rig, Launch launch) {
        String pod = ended.isEmpty() ? "pod-" + (pods.size() + 1) : ended.remove();
        AdapterProcess adapter =
                rig.start(launch.with("LEASE_NAME", LEASE).with("POD_NAME", pod).with("POD_IP", "127.0.0.1"));
        pods.put(adapter, pod);
        return adapter;
    }

    /** The adapter was killed: its pod starts it again, under the same name. */
    void killed(AdapterProcess adapter) {
        ended.add(pods.getOrDefault(adapter, ""));
    }

    /** Whether the adapter is, or was, the one that works. */
    static boolean isActive(AdapterProcess adapter) {
        return adapter.log().stream().anyMatch(line -> line.message().startsWith("active: "));
    }
}
