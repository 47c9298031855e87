package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An event on its way from {@link TracingSink} to its attempts, with its trace. Its attributes are unchanged. */
record TracedEvent(CloudEvent event, DeliveryTracer.Trace trace) implements CloudEvent {

    /** What is sent in place of {@code event}, with the same trace if it has one. */
    static CloudEvent replace(CloudEvent event, UnaryOperator<CloudEvent> replacement) {
        return event instanceof TracedEvent traced
                ? new TracedEvent(replacement.apply(traced.event), traced.trace)
                : replacement.apply(event);
    }

    @Override
    public @Nullable CloudEventData getData() {
        return event.getData();
    }

    @Override
    public SpecVersion getSpecVersion() {
        return event.getSpecVersion();
    }

    @Override
    public String getId() {
        return event.getId();
    }

    @Override
    public String getType() {
        return event.getType();
    }

    @Override
    public URI getSource() {
        return event.getSource();
    }

    @Override
    public @Nullable String getDataContentType() {
        return event.getDataContentType();
    }

    @Override
    public @Nullable URI getDataSchema() {
        return event.getDataSchema();
    }

    @Override
    public @Nullable String getSubject() {
        return event.getSubject();
    }

    @Override
    public @Nullable OffsetDateTime getTime() {
        return event.getTime();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return event.getAttribute(name);
    }

    @Override
    public @Nullable Object getExtension(String name) {
        return event.getExtension(name);
    }

    @Override
    public Set<String> getExtensionNames() {
        return event.getExtensionNames();
    }
}
