package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Events for tests. */
public final class Events {

    private Events() {}

    public static CloudEvent event(String id) {
        return builder(id).build();
    }

    public static CloudEventBuilder builder(String id) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withType("test.event")
                .withSource(URI.create("https://10.96.0.1:443"))
                .withData("application/json", "{\"b\":1}".getBytes(StandardCharsets.UTF_8));
    }
}
