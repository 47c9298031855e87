package dev.apiserversource.adapter.filter;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.types.Time;
import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.Map;

/**
 * The dialects {@code exact}, {@code prefix} and {@code suffix}: every named attribute must be there and match. The
 * values are compared as they are in the headers of the event, with regard to case.
 *
 * @param match how a value must match
 * @param attributes what it must match, by the name of the attribute
 */
public record AttributeFilter(Match match, Map<String, String> attributes) implements EventFilter {

    /** How the value of an attribute must match. */
    public enum Match {
        /** It is equal. */
        EXACT {
            @Override
            boolean test(String value, String expected) {
                return value.equals(expected);
            }
        },
        /** It begins so. */
        PREFIX {
            @Override
            boolean test(String value, String expected) {
                return value.startsWith(expected);
            }
        },
        /** It ends so. */
        SUFFIX {
            @Override
            boolean test(String value, String expected) {
                return value.endsWith(expected);
            }
        };

        abstract boolean test(String value, String expected);
    }

    @Override
    public boolean test(CloudEvent event) {
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            @Nullable String value = value(event, attribute.getKey());
            if (value == null || !match.test(value, attribute.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String value(CloudEvent event, String name) {
        boolean extension = !SpecVersion.V1.getAllAttributes().contains(name);
        @Nullable Object value = extension ? event.getExtension(name) : event.getAttribute(name);
        if (value instanceof OffsetDateTime time) {
            return Time.writeTime(time);
        }
        return value == null ? null : value.toString();
    }
}
