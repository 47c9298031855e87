package dev.apiserversource.controller.status;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Writes Event objects, which {@code kubectl describe} shows. Failures are logged and otherwise ignored. */
public final class EventRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final String COMPONENT = "apiserversource-controller";

    private final KubernetesClient client;
    private final Clock clock;

    /** Writes through {@code client}, with timestamps of {@code clock}. */
    public EventRecorder(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Records that something was done for {@code regarding}. */
    public void normal(HasMetadata regarding, String reason, String message) {
        write(regarding, "Normal", reason, message);
    }

    /** Records that {@code regarding} needs attention. */
    public void warning(HasMetadata regarding, String reason, String message) {
        write(regarding, "Warning", reason, message);
    }

    /**
     * Like {@link #warning}, but does nothing while an Event object with the same reason and message exists.
     *
     * <p>It is created by name, and the API server answers 409 while it exists. That is one small request for each
     * reconciliation of an object that has a problem, also the first one after a restart: at most one in a minute, and
     * usually one in ten. It needs no right to read Event objects and no state here, and brings the Event object back
     * when it has expired, after an hour, and the problem has not.
     */
    public void warningOnce(HasMetadata regarding, String reason, String message) {
        Event event = event(regarding, "Warning", reason, message);
        String content = regarding.getMetadata().getUid() + reason + message;
        UUID hash = UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8));
        event.getMetadata().setName(regarding.getMetadata().getName() + "." + hash);
        create(regarding, event);
    }

    private void write(HasMetadata regarding, String type, String reason, String message) {
        Event event = event(regarding, type, reason, message);
        event.getMetadata().setGenerateName(regarding.getMetadata().getName() + ".");
        create(regarding, event);
    }

    private void create(HasMetadata regarding, Event event) {
        ObjectMeta meta = regarding.getMetadata();
        try {
            client.v1()
                    .events()
                    .inNamespace(meta.getNamespace())
                    .resource(event)
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return; // It exists already.
            }
            LOG.atWarn()
                    .addKeyValue("object", meta.getNamespace() + "/" + meta.getName())
                    .addKeyValue("reason", event.getReason())
                    .log("Event object not written: {}", e.getMessage());
        }
    }

    private Event event(HasMetadata regarding, String type, String reason, String message) {
        String now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(regarding.getMetadata().getNamespace())
                .endMetadata()
                .withInvolvedObject(reference(regarding))
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

    private static ObjectReference reference(HasMetadata object) {
        ObjectMeta meta = object.getMetadata();
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(meta.getNamespace())
                .withName(meta.getName())
                .withUid(meta.getUid())
                .withResourceVersion(meta.getResourceVersion())
                .build();
    }
}
