package dev.apiserversource.frame.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code K_CE_OVERRIDES}, {@code {"extensions":{"name":"value"}}}: attributes set on every event. */
final class CeOverrides {

    static final String VARIABLE = "K_CE_OVERRIDES";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** CloudEvents 1.0, section "Naming Conventions". */
    private static final Pattern ATTRIBUTE_NAME = Pattern.compile("[a-z0-9]+");

    /** Another value would make it another event, or an invalid one. */
    private static final Set<String> FIXED = Set.of("specversion", "id", "data", "datacontenttype", "time");

    /** Attributes whose value is a URI. */
    private static final Set<String> URIS = Set.of("source", "dataschema");

    private CeOverrides() {}

    /** Attribute names, in lower case, and their values. */
    static Map<String, String> parse(String text, ConfigErrors errors) {
        Map<String, String> overrides = new TreeMap<>();
        read(text, errors).path("extensions").properties().forEach(extension -> {
            String name = extension.getKey().toLowerCase(Locale.ROOT);
            String value = extension.getValue().asText("");
            check(name, value, errors);
            overrides.put(name, value);
        });
        return overrides;
    }

    private static JsonNode read(String text, ConfigErrors errors) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            errors.add(
                    VARIABLE,
                    "is not JSON: " + malformed.getOriginalMessage(),
                    "write {\"extensions\":{\"name\":\"value\"}}");
            return JSON.createObjectNode();
        }
    }

    private static void check(String name, String value, ConfigErrors errors) {
        String where = VARIABLE + ".extensions." + name;
        if (!ATTRIBUTE_NAME.matcher(name).matches()) {
            errors.add(where, "is no attribute name", "use only letters and digits");
        } else if (FIXED.contains(name)) {
            errors.add(where, "cannot be overridden", "choose another name");
        } else if (value.isEmpty()) {
            errors.add(where, "has no value", "give it one, or leave it out");
        } else if (URIS.contains(name) && !isUri(value)) {
            errors.add(where, "'" + value + "' is no URI", "write it like https://example.com/my-source");
        }
    }

    private static boolean isUri(String value) {
        try {
            new URI(value);
            return true;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }
}
