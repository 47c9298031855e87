package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs a busybox pod, deletes it, and checks that event-display prints the Event objects of the pod. */
final class BusyboxDemo {

    private static final String NAME = "busybox";
    private static final List<String> EXPECTED = List.of(
            "\"reason\": \"Scheduled\"",
            "\"reason\": \"Pulling\"",
            "\"reason\": \"Pulled\"",
            "\"message\": \"Created container busybox\"",
            "\"message\": \"Started container busybox\"",
            "\"message\": \"Stopping container busybox\"");

    private final Console console;
    private final Set<String> missing = new LinkedHashSet<>(EXPECTED);
    private final CountDownLatch complete = new CountDownLatch(1);

    /** A demo; {@code more} is text that event-display must print too. */
    BusyboxDemo(Console console, List<String> more) {
        this.console = console;
        missing.addAll(more);
    }

    /** Creates the pod and deletes it when it has succeeded. Its events may still be pending then. */
    void run(KubernetesClient client, Duration timeout) {
        console.progress("kubectl run busybox --image=busybox --restart=Never -- ls");
        PodResource pod = client.pods().resource(pod());
        pod.create();
        pod.waitUntilCondition(BusyboxDemo::hasSucceeded, timeout.toMillis(), TimeUnit.MILLISECONDS);
        console.progress("kubectl delete pod busybox");
        pod.delete();
    }

    /** Shows {@code lines} of event-display's output, whole lines, and looks for the expected events in them. */
    void displayed(String lines) {
        console.print(lines);
        synchronized (missing) {
            missing.removeIf(lines::contains);
            if (missing.isEmpty()) {
                complete.countDown();
            }
        }
    }

    /** Waits at most {@code timeout} for all expected text to be displayed, and returns what was not. */
    Set<String> missingAfter(Duration timeout) throws InterruptedException {
        boolean ignored = complete.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        synchronized (missing) {
            return Set.copyOf(missing);
        }
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
