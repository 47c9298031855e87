package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.data.BytesCloudEventData;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The event that a change leads to, without overrides. Filters see it without id and data, which cost more than the
 * rest, and hardly any filter looks at them.
 *
 * <p>It is made and read for every change. A builder would copy each attribute into maps, and check names and values
 * that are known to be valid.
 */
final class ObjectEvent implements CloudEvent {

    private static final Set<String> EXTENSIONS =
            Set.of("apiversion", "kind", "name", "namespace", "resourceversion", "derived");

    private final String type;
    private final URI source;
    private final String subject;
    private final ObjectMetadata object;
    private final boolean derived;
    private final boolean envelope;
    private final Instant time;
    private final Supplier<String> id;
    private final @Nullable CloudEventData data;

    private ObjectEvent(
            Change change,
            String type,
            URI source,
            String subject,
            Instant time,
            Supplier<String> id,
            @Nullable CloudEventData data) {
        this.type = type;
        this.source = source;
        this.subject = subject;
        this.object = change.object();
        this.derived = change.derived();
        this.envelope = change.hasEnvelope();
        this.time = time;
        this.id = id;
        this.data = data;
    }

    /** The attributes alone. The {@code id} is made when it is asked for. */
    static ObjectEvent attributes(
            Change change, String type, URI source, String subject, Instant time, Supplier<String> id) {
        return new ObjectEvent(change, type, source, subject, time, id, null);
    }

    /** The whole event. It has no reference to {@code change}, whose JSON may be larger than the data. */
    static ObjectEvent of(
            Change change, String type, URI source, String subject, Instant time, String id, byte[] data) {
        return new ObjectEvent(change, type, source, subject, time, () -> id, BytesCloudEventData.wrap(data));
    }

    @Override
    public @Nullable CloudEventData getData() {
        return data;
    }

    @Override
    public SpecVersion getSpecVersion() {
        return SpecVersion.V1;
    }

    @Override
    public String getId() {
        return id.get();
    }

    @Override
    public String getType() {
        return type;
    }

    @Override
    public URI getSource() {
        return source;
    }

    @Override
    public String getDataContentType() {
        return "application/json";
    }

    @Override
    public @Nullable URI getDataSchema() {
        return envelope ? ChangeEnvelope.SCHEMA : null;
    }

    @Override
    public String getSubject() {
        return subject;
    }

    @Override
    public OffsetDateTime getTime() {
        return OffsetDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return switch (name) {
            case "specversion" -> getSpecVersion();
            case "id" -> getId();
            case "type" -> type;
            case "source" -> source;
            case "datacontenttype" -> getDataContentType();
            case "dataschema" -> getDataSchema();
            case "subject" -> subject;
            case "time" -> getTime();
            default -> throw new IllegalArgumentException("no attribute of CloudEvents 1.0: " + name);
        };
    }

    @Override
    public @Nullable Object getExtension(String name) {
        return switch (name) {
            case "apiversion" -> object.apiVersion();
            case "kind" -> object.kind();
            case "name" -> object.name();
            case "namespace" -> object.namespace().isEmpty() ? null : object.namespace();
            case "resourceversion" -> object.resourceVersion();
            case "derived" -> derived ? "true" : null;
            default -> null;
        };
    }

    @Override
    public Set<String> getExtensionNames() {
        Set<String> names = new HashSet<>();
        for (String name : EXTENSIONS) {
            if (getExtension(name) != null) {
                names.add(name);
            }
        }
        return names;
    }
}
