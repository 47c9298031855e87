package dev.apiserversource.ping;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * Makes the events of one source. The event of a tick is the same whenever and by whichever process it is made, so a
 * sink can recognize a repeat by its id.
 *
 * @param uid of the source
 * @param source the attribute {@code source}
 * @param contentType of the data; empty when it is not known
 * @param data decoded, shared by all events; empty for events without data
 * @param overrides attributes set on every event; they replace those of the same name
 */
record TickEvents(String uid, URI source, String contentType, BytesCloudEventData data, Map<String, String> overrides) {

    static final String TYPE = "dev.knative.sources.ping";

    CloudEvent at(Instant tick) {
        CloudEventBuilder event = CloudEventBuilder.v1()
                .withId(uid + "-" + tick.getEpochSecond())
                .withType(TYPE)
                .withSource(source)
                .withTime(tick.atOffset(ZoneOffset.UTC));
        if (data.toBytes().length > 0) {
            event.withData(data);
        }
        if (!contentType.isEmpty()) {
            event.withDataContentType(contentType);
        }
        overrides.forEach(event::withContextAttribute);
        return event.build();
    }
}
