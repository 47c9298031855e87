package dev.apiserversource.adapter.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Events for tests. */
final class Events {

    private Events() {}

    static CloudEvent event(String id) {
        return builder(id).build();
    }

    static CloudEventBuilder builder(String id) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withType("test.event")
                .withSource(URI.create("https://10.96.0.1:443"))
                .withData("application/json", "{\"b\":1}".getBytes(StandardCharsets.UTF_8));
    }
}
