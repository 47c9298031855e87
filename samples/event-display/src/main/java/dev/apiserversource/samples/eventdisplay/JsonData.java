package dev.apiserversource.samples.eventdisplay;

import dev.apiserversource.samples.eventdisplay.ReceivedEvent.EventData;
import org.jspecify.annotations.Nullable;

import java.util.Base64;

/**
 * What the JSON event format says of an event's data, kept until the content type, which may follow it, is known.
 *
 * @param json the member {@code data} as it stands in the body
 * @param string its content, when it is a JSON string
 * @param base64 the member {@code data_base64}
 */
record JsonData(
        @Nullable String json,
        @Nullable String string,
        @Nullable String base64) {

    /** Neither member was there. */
    static final JsonData NONE = new JsonData(null, null, null);

    JsonData withValue(String slice, @Nullable String content) {
        return new JsonData(slice, content, base64);
    }

    JsonData withBase64(String encoded) {
        return new JsonData(json, string, encoded);
    }

    /** The data of an event whose {@code datacontenttype} is {@code declared}; null when there are none. */
    @Nullable
    EventData typed(@Nullable String declared) {
        if (json != null && base64 != null) {
            throw Refusal.malformed("data and data_base64 exclude each other");
        }
        ContentType type = ContentType.of(declared);
        if (base64 != null) {
            return new EventData(new String(decoded(base64), type.charset()), type.isJson());
        }
        return json == null ? null : value(json, declared == null || type.isJson());
    }

    private EventData value(String slice, boolean declaredJson) {
        // Data of another type are a JSON string whose content is the text; anything else is JSON whatever it says.
        return string == null || declaredJson ? new EventData(slice, true) : new EventData(string, false);
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw Refusal.malformed("data_base64 is not Base64: " + e.getMessage());
        }
    }
}
