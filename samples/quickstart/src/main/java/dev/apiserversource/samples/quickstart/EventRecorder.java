package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Creates the Event objects of the scheduler and the kubelet, with the fields that client-go's EventRecorder sets. */
final class EventRecorder {

    private final KubernetesClient client;
    private final Clock clock;
    private final String node;
    private final AtomicLong lastSuffix = new AtomicLong();

    EventRecorder(KubernetesClient client, Clock clock, String node) {
        this.client = client;
        this.clock = clock;
        this.node = node;
    }

    /** Records that the scheduler has assigned {@code pod} to the node. */
    void scheduled(Pod pod) {
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        create(
                reference(pod).build(),
                "default-scheduler",
                "Scheduled",
                "Successfully assigned " + name + " to " + node);
    }

    /** Records what the kubelet has done with {@code container} of {@code pod}. */
    void record(Pod pod, Container container, String reason, String message) {
        ObjectReference involvedObject = reference(pod)
                .withFieldPath("spec.containers{" + container.getName() + "}")
                .build();
        create(involvedObject, "kubelet", reason, message);
    }

    private void create(ObjectReference involvedObject, String component, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        client.resource(new EventBuilder()
                        .withNewMetadata()
                        .withNamespace(involvedObject.getNamespace())
                        .withName(involvedObject.getName() + "." + Long.toHexString(nextSuffix()))
                        .endMetadata()
                        .withInvolvedObject(involvedObject)
                        .withType("Normal")
                        .withReason(reason)
                        .withMessage(message)
                        .withNewSource(component, node)
                        .withReportingComponent(component)
                        .withReportingInstance(node)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .build())
                .create();
    }

    private static ObjectReferenceBuilder reference(Pod pod) {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .withResourceVersion(pod.getMetadata().getResourceVersion());
    }

    /** The time in nanoseconds, which client-go appends to names of Event objects; never the same twice. */
    private long nextSuffix() {
        Instant now = clock.instant();
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return lastSuffix.updateAndGet(last -> Math.max(last + 1, nanos));
    }
}
