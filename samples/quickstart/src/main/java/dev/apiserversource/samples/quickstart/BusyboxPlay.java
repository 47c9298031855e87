package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The classic: a pod that lists a directory, and its deletion. */
final class BusyboxPlay {

    /** What the displayed events must say once it is over. */
    static final List<String> EXPECTED = List.of(
            "\"reason\": \"Scheduled\"",
            "\"reason\": \"Pulling\"",
            "\"reason\": \"Pulled\"",
            "\"message\": \"Created container busybox\"",
            "\"message\": \"Started container busybox\"",
            "\"message\": \"Stopping container busybox\"");

    private static final String NAME = "busybox";

    private final KubernetesClient client;
    private final Screen screen;

    BusyboxPlay(KubernetesClient client, Screen screen) {
        this.client = client;
        this.screen = screen;
    }

    /** Does what kubectl would do; returns when the pod is gone, which its events need not be yet. */
    void perform(Duration timeout) {
        screen.say("kubectl run busybox --image=busybox --restart=Never -- ls");
        PodResource pod = client.pods().resource(pod());
        pod.create();
        pod.waitUntilCondition(BusyboxPlay::hasSucceeded, timeout.toMillis(), TimeUnit.MILLISECONDS);
        screen.say("kubectl delete pod busybox");
        pod.delete();
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(NAME)
                .addToLabels("run", NAME)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName(NAME)
                .withImage(NAME)
                .withArgs("ls")
                .endContainer()
                .endSpec()
                .build();
    }

    private static boolean hasSucceeded(Pod pod) {
        return pod != null
                && pod.getStatus() != null
                && "Succeeded".equals(pod.getStatus().getPhase());
    }
}
