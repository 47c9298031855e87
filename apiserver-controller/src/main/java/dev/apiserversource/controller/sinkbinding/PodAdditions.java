package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.identity.TokenVolume;
import dev.apiserversource.controller.pod.MountedVolume;
import dev.apiserversource.controller.trust.BundleVolume;
import io.fabric8.kubernetes.api.model.EnvVar;

import java.util.List;
import java.util.Set;

/**
 * What a SinkBinding adds to the containers of its workloads.
 *
 * @param variables by which they learn where to send events
 * @param volumes certificates to trust, and the token to send
 */
record PodAdditions(List<EnvVar> variables, List<MountedVolume> volumes) {

    /** The names of all volumes that a SinkBinding may add. */
    static final Set<String> VOLUMES = Set.of(BundleVolume.NAME, TokenVolume.NAME);

    /** Nothing: the sink is removed. */
    static final PodAdditions NONE = new PodAdditions(List.of(), List.of());

    boolean isEmpty() {
        return variables.isEmpty() && volumes.isEmpty();
    }
}
