package dev.apiserversource.adapter.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;

/** Makes the CloudEvent of a change or a gap. Its attributes are those of Knative's ApiServerSource, and a few more. */
public final class EventFactory {

    static final String GAP = "dev.apiserversource.gap";

    private static final String JSON = "application/json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final EventMode mode;
    private final URI source;
    private final EventId ids;
    private final Map<String, String> overrides;

    /**
     * A factory for one ApiServerSource.
     *
     * @param mode the content of the events
     * @param source URL of the API server
     * @param namespace of the ApiServerSource
     * @param name of the ApiServerSource
     * @param overrides attributes set on every event; they replace those of the same name
     */
    public EventFactory(EventMode mode, URI source, String namespace, String name, Map<String, String> overrides) {
        this.mode = mode;
        this.source = source;
        this.ids = new EventId(namespace, name);
        this.overrides = Map.copyOf(overrides);
    }

    /**
     * The attributes of the event of a change that was read at {@code time}, without data and overrides: what filters
     * see.
     */
    public CloudEvent attributes(Change change, Instant time) {
        String type = mode.type(change.kind());
        String subject = subject(change);
        return ObjectEvent.attributes(
                change, type, source, subject, time, () -> ids.of(MergedChange.of(change), type, subject));
    }

    /** The event of a change that was read at {@code time}. */
    public CloudEvent create(Change change, Instant time) {
        return create(MergedChange.of(change), time);
    }

    /** The event of a change that was read at {@code time}, in place of those that it supersedes. */
    public CloudEvent create(MergedChange merged, Instant time) {
        Change change = merged.change();
        String type = mode.type(change.kind());
        String subject = subject(change);
        String id = ids.of(merged, type, subject);
        return overridden(ObjectEvent.of(change, type, source, subject, time, id, data(change)));
    }

    /**
     * The event that sends an object once more, without data and overrides: what filters see.
     *
     * @param change in the form of an add
     * @param replay the value that names the replay
     */
    public CloudEvent replayAttributes(Change change, String replay, Instant time) {
        return replayEvent(change, replay, time).build();
    }

    /** The event that sends an object once more; see {@link #replayAttributes}. */
    public CloudEvent createReplay(Change change, String replay, Instant time) {
        return overridden(replayEvent(change, replay, time).withData(JSON, BytesCloudEventData.wrap(data(change))));
    }

    private CloudEventBuilder replayEvent(Change change, String replay, Instant time) {
        String type = mode.type(change.kind());
        return objectEvent(type, change, time)
                .withId(ids.ofReplay(change, type, subject(change), replay))
                .withExtension("resourceversion", change.object().resourceVersion())
                .withExtension("replay", replay);
    }

    /**
     * The event of the gap that superseded changes leave; {@code merged} was sent in their place at {@code time}.
     * Without overrides: filters come first.
     */
    public CloudEvent createGap(MergedChange merged, Instant time) {
        Change change = merged.change();
        return objectEvent(GAP, change, time)
                .withId(ids.of(merged, GAP, subject(change)))
                .withData(JSON, BytesCloudEventData.wrap(data(merged)))
                .build();
    }

    private CloudEventBuilder objectEvent(String type, Change change, Instant time) {
        ObjectMetadata object = change.object();
        CloudEventBuilder event = event(type, subject(change), time)
                .withExtension("apiversion", object.apiVersion())
                .withExtension("kind", object.kind())
                .withExtension("name", object.name());
        return object.namespace().isEmpty() ? event : event.withExtension("namespace", object.namespace());
    }

    /**
     * The event of a gap in the stream of {@code target} that was closed at {@code time}. Without overrides: filters
     * come first.
     */
    public CloudEvent createGap(WatchTarget target, Gap gap, Instant time) {
        ResourceType resource = target.resource();
        String subject = subject(target);
        CloudEventBuilder event = event(GAP, subject, time)
                .withId(ids.of(target, gap, GAP, subject))
                .withData(JSON, BytesCloudEventData.wrap(data(target, gap)))
                .withExtension("apiversion", resource.apiVersion())
                .withExtension("kind", resource.kind());
        target.namespace().ifPresent(namespace -> event.withExtension("namespace", namespace));
        return event.build();
    }

    private CloudEventBuilder event(String type, String subject, Instant time) {
        return CloudEventBuilder.v1()
                .withType(type)
                .withSource(source)
                .withSubject(subject)
                .withTime(OffsetDateTime.ofInstant(time, ZoneOffset.UTC));
    }

    /** The event with the overrides of the source. */
    public CloudEvent overridden(CloudEvent event) {
        return overrides.isEmpty() ? event : overridden(CloudEventBuilder.from(event));
    }

    private CloudEvent overridden(CloudEventBuilder event) {
        overrides.forEach(event::withContextAttribute);
        return event.build();
    }

    /** The path of an object without its name. The namespace is empty when the stream watches all, or none. */
    public static String subject(WatchTarget target) {
        return collection(target.resource().apiVersion(), target.namespace().orElse(""), target.resource());
    }

    private static String collection(String apiVersion, String namespace, ResourceType resource) {
        return "/apis/" + apiVersion + "/namespaces/" + namespace + "/" + resource.plural();
    }

    /**
     * The path of the object, in Knative's form: that of core kinds begins with {@code /apis} too, and that of a
     * cluster-scoped object has an empty namespace.
     */
    public static String subject(Change change) {
        ObjectMetadata object = change.object();
        ResourceType resource = change.target().resource();
        return collection(object.apiVersion(), object.namespace(), resource) + "/" + object.name();
    }

    private byte[] data(Change change) {
        if (mode == EventMode.REFERENCE) {
            return reference(change.object());
        }
        if (change.derived()) {
            return vanished(change.object());
        }
        return change.hasEnvelope()
                ? ChangeEnvelope.of(change.json(), change.previous().orElseThrow())
                : change.json();
    }

    private static byte[] data(WatchTarget target, Gap gap) {
        return bytes(putResource(
                gap(gap.reason(), gap.from(), gap.to())
                        .put("adds", gap.adds())
                        .put("updates", gap.updates())
                        .put("deletes", gap.deletes()),
                target,
                target.namespace().orElse("")));
    }

    private static byte[] data(MergedChange merged) {
        ObjectMetadata object = merged.change().object();
        ObjectNode gap =
                gap("superseded", merged.from(), object.resourceVersion()).put("superseded", merged.superseded());
        return bytes(putResource(gap, merged.change().target(), object.namespace())
                .put("name", object.name())
                .put("uid", object.uid()));
    }

    private static ObjectNode gap(String reason, String from, String to) {
        return MAPPER.createObjectNode().put("reason", reason).put("from", from).put("to", to);
    }

    private static ObjectNode putResource(ObjectNode gap, WatchTarget target, String namespace) {
        gap.put("group", target.resource().group())
                .put("version", target.resource().version())
                .put("resource", target.resource().plural())
                .put("namespace", namespace)
                .put("selector", target.selector());
        return target.fieldSelector().isEmpty() ? gap : gap.put("fieldSelector", target.fieldSelector());
    }

    private static byte[] reference(ObjectMetadata object) {
        ObjectNode reference = MAPPER.createObjectNode().put("kind", object.kind());
        putNamespace(reference, object);
        return bytes(reference.put("name", object.name()).put("apiVersion", object.apiVersion()));
    }

    /** What is known of an object whose deletion was not seen. */
    private static byte[] vanished(ObjectMetadata object) {
        ObjectNode gone =
                MAPPER.createObjectNode().put("apiVersion", object.apiVersion()).put("kind", object.kind());
        ObjectNode metadata = gone.putObject("metadata").put("name", object.name());
        putNamespace(metadata, object);
        metadata.put("uid", object.uid());
        return bytes(gone);
    }

    private static void putNamespace(ObjectNode node, ObjectMetadata object) {
        if (!object.namespace().isEmpty()) {
            node.put("namespace", object.namespace());
        }
    }

    private static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
