package dev.apiserversource.samples.eventdisplay;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import org.jspecify.annotations.Nullable;

/**
 * A payload as text.
 *
 * @param text the whole payload
 * @param json whether the event declares it to be JSON, which does not make it valid JSON
 */
record EventData(String text, boolean json) {

    /** The bytes that the SDK found in {@code event}, in the charset they declare; null when there are none. */
    static @Nullable EventData of(CloudEvent event) {
        CloudEventData data = event.getData();
        if (data == null) {
            return null;
        }
        ContentType type = ContentType.of(event.getDataContentType());
        return new EventData(new String(data.toBytes(), type.charset()), type.isJson());
    }

    /**
     * The member {@code data} of an event in JSON.
     *
     * @param slice the member as it stands in the body
     * @param string its content, when it is a JSON string
     * @param declared the event's {@code datacontenttype}; null stands for JSON
     */
    static EventData ofJson(String slice, @Nullable String string, @Nullable String declared) {
        boolean declaredJson = declared == null || ContentType.of(declared).isJson();
        // Data of another type are a JSON string whose content is the text; anything else is JSON whatever it says.
        return string == null || declaredJson ? new EventData(slice, true) : new EventData(string, false);
    }
}
