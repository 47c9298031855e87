package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The attributes of the event that a change leads to, without its data and without overrides. Time and id are made when
 * they are asked for: hardly any filter looks at them.
 */
final class ChangeAttributes implements CloudEvent {

    private static final Set<String> EXTENSIONS =
            Set.of("apiversion", "kind", "name", "namespace", "resourceversion", "derived");

    private final Change change;
    private final String type;
    private final URI source;
    private final String subject;
    private final Supplier<String> id;
    private final Instant time;

    ChangeAttributes(Change change, String type, URI source, String subject, Supplier<String> id, Instant time) {
        this.change = change;
        this.type = type;
        this.source = source;
        this.subject = subject;
        this.id = id;
        this.time = time;
    }

    @Override
    public @Nullable CloudEventData getData() {
        return null;
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
        return change.hasEnvelope() ? ChangeEnvelope.SCHEMA : null;
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
        ObjectMetadata object = change.object();
        return switch (name) {
            case "apiversion" -> object.apiVersion();
            case "kind" -> object.kind();
            case "name" -> object.name();
            case "namespace" -> object.namespace().isEmpty() ? null : object.namespace();
            case "resourceversion" -> object.resourceVersion();
            case "derived" -> change.derived() ? "true" : null;
            default -> null;
        };
    }

    @Override
    public Set<String> getExtensionNames() {
        return EXTENSIONS.stream().filter(name -> getExtension(name) != null).collect(Collectors.toSet());
    }
}
