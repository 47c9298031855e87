package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes Event objects about a source, for {@code kubectl describe}. One that cannot be written is logged, and no harm is done. */
final class SourceEvents {

    private static final Logger LOG = LoggerFactory.getLogger(SourceEvents.class);
    private static final String COMPONENT = "apiserversource-controller";

    private final KubernetesClient client;
    private final Clock clock;

    SourceEvents(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    void normal(Source source, String reason, String message) {
        write(source, "Normal", reason, message);
    }

    void warning(Source source, String reason, String message) {
        write(source, "Warning", reason, message);
    }

    private void write(Source source, String type, String reason, String message) {
        try {
            client.v1()
                    .events()
                    .inNamespace(source.namespace())
                    .resource(event(source, type, reason, message))
                    .create();
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("source", source.namespace() + "/" + source.name())
                    .addKeyValue("reason", reason)
                    .log("event object not written: {}", e.getMessage());
        }
    }

    private Event event(Source source, String type, String reason, String message) {
        String now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withGenerateName(source.name() + ".")
                .withNamespace(source.namespace())
                .endMetadata()
                .withInvolvedObject(source.reference())
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withCount(1)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withNewSource(COMPONENT, null)
                .withReportingComponent(COMPONENT)
                .build();
    }
}
