package dev.apiserversource.samples.eventreceiver;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventContext;
import io.cloudevents.CloudEventData;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent, whichever content mode it was sent in.
 *
 * @param attributes as the SDK read them, extensions included
 * @param time the attribute as it was sent, because the SDK normalizes it; null when absent
 * @param data null when the event has none
 */
public record ReceivedEvent(
        CloudEventContext attributes,
        @Nullable String time,
        @Nullable Data data) {

    /**
     * The data as text.
     *
     * @param text the whole payload
     * @param json whether the event declares it to be JSON; it may still be invalid
     */
    public record Data(String text, boolean json) {

        /** The bytes of {@code event}, decoded in the charset that it declares; null when there are none. */
        static @Nullable Data of(CloudEvent event) {
            CloudEventData data = event.getData();
            if (data == null) {
                return null;
            }
            ContentType type = ContentType.of(event.getDataContentType());
            return new Data(new String(data.toBytes(), type.charset()), type.isJson());
        }

        /**
         * The member {@code data} of an event in the JSON format. Text of another type than JSON is sent as a JSON
         * string: CloudEvents JSON format 1.0.2, section 3.1.
         *
         * @param slice the member as it was sent
         * @param string the decoded string when the member is one, otherwise null
         * @param dataContentType of the event; null stands for JSON
         */
        static Data ofJson(String slice, @Nullable String string, @Nullable String dataContentType) {
            boolean json =
                    dataContentType == null || ContentType.of(dataContentType).isJson();
            return string == null || json ? new Data(slice, true) : new Data(string, false);
        }
    }
}
