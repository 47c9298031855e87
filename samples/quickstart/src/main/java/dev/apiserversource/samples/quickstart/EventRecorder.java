package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Writes Event objects about pods, with the fields that the scheduler and the kubelet fill in. */
final class EventRecorder {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final KubernetesClient client;
    private final Clock clock;
    private final String node;
    private final AtomicLong lastSuffix = new AtomicLong();

    EventRecorder(KubernetesClient client, Clock clock, String node) {
        this.client = client;
        this.clock = clock;
        this.node = node;
    }

    void record(Pod pod, Occurrence occurrence) {
        client.v1().events().resource(event(pod, occurrence)).create();
    }

    private Event event(Pod pod, Occurrence occurrence) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName() + "." + Long.toHexString(nextSuffix()))
                .endMetadata()
                .withInvolvedObject(reference(pod, occurrence))
                .withType("Normal")
                .withReason(occurrence.reason())
                .withMessage(occurrence.message())
                .withNewSource(occurrence.component(), node)
                .withReportingComponent(occurrence.component())
                .withReportingInstance(node)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
    }

    private static ObjectReference reference(Pod pod, Occurrence occurrence) {
        String container = occurrence.container();
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .withResourceVersion(pod.getMetadata().getResourceVersion())
                .withFieldPath(container == null ? null : "spec.containers{" + container + "}")
                .build();
    }

    /** The time in nanoseconds, as Kubernetes names its Event objects, but never the same twice. */
    private long nextSuffix() {
        Instant now = clock.instant();
        long nanos = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
        return lastSuffix.updateAndGet(last -> Math.max(last + 1, nanos));
    }
}
