package dev.apiserversource.samples.samplesource.controller;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** Writes Event objects about sources, which {@code kubectl describe} shows. One that cannot be written is logged. */
final class EventObjects {

    private static final String COMPONENT = "sample-source-controller";
    private static final Logger log = LoggerFactory.getLogger(EventObjects.class);

    private final Clock clock;

    EventObjects(Clock clock) {
        this.clock = clock;
    }

    void normal(KubernetesClient client, SampleSource source, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        EventBuilder event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(source.getMetadata().getNamespace())
                .withGenerateName(source.getMetadata().getName() + ".")
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(source.getApiVersion())
                .withKind(source.getKind())
                .withNamespace(source.getMetadata().getNamespace())
                .withName(source.getMetadata().getName())
                .withUid(source.getMetadata().getUid())
                .endInvolvedObject()
                .withType("Normal")
                .withReason(reason)
                .withMessage(message)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withNewSource(COMPONENT, null)
                .withReportingComponent(COMPONENT);
        try {
            client.resource(event.build()).create();
        } catch (KubernetesClientException e) {
            log.atWarn()
                    .addKeyValue("reason", reason)
                    .addKeyValue("detail", e.getMessage())
                    .log("Event object not written");
        }
    }
}
