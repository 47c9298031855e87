package dev.apiserversource.samples.eventdisplay;

import io.cloudevents.CloudEventContext;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent as it is printed, however it travelled.
 *
 * @param attributes what the SDK read, extensions included
 * @param time the attribute of that name as it came: the SDK's has lost how it was written; null when there is none
 * @param data the payload; null when the event has none
 */
record ReceivedEvent(
        CloudEventContext attributes,
        @Nullable String time,
        @Nullable EventData data) {}
