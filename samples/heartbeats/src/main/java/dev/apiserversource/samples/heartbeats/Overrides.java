package dev.apiserversource.samples.heartbeats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code K_CE_OVERRIDES}, {@code {"extensions":{"name":"value"}}}: attributes set on every event. */
final class Overrides {

    static final String VARIABLE = "K_CE_OVERRIDES";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");
    private static final Set<String> FIXED = Set.of("specversion", "id", "data", "datacontenttype", "time");

    private Overrides() {}

    /**
     * The attributes in {@code json}.
     *
     * @throws InvalidSettingException when it is not such JSON, or names an attribute that cannot be set
     */
    static Map<String, String> parse(String json) throws InvalidSettingException {
        Map<String, String> attributes = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, json);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("extensions") && value != JsonToken.VALUE_NULL) {
                    readExtensions(parser, json, attributes);
                } else {
                    parser.skipChildren();
                }
            }
            require(parser.nextToken() == null, json);
        } catch (IOException e) {
            throw unparsable(json);
        }
        return attributes;
    }

    private static void readExtensions(JsonParser parser, String json, Map<String, String> attributes)
            throws IOException, InvalidSettingException {
        require(parser.currentToken() == JsonToken.START_OBJECT, json);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            require(parser.nextToken() == JsonToken.VALUE_STRING, json);
            if (!NAME.matcher(name).matches() || FIXED.contains(name)) {
                throw new InvalidSettingException(VARIABLE + ": the attribute \"" + name
                        + "\" cannot be set: use other lower-case letters and digits");
            }
            attributes.put(name, parser.getText());
        }
    }

    private static void require(boolean holds, String json) throws InvalidSettingException {
        if (!holds) {
            throw unparsable(json);
        }
    }

    private static InvalidSettingException unparsable(String json) {
        return new InvalidSettingException(
                "unparsable " + VARIABLE + " '" + json + "': write {\"extensions\":{\"name\":\"value\"}}");
    }
}
