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

/** Reads {@code K_CE_OVERRIDES}: attributes that every event gets. */
public final class CeOverrides {

    public static final String VARIABLE = "K_CE_OVERRIDES";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** CloudEvents 1.0, "Naming Conventions". */
    private static final Pattern ATTRIBUTE_NAME = Pattern.compile("[a-z0-9]+");

    /** What the event is made of; replacing it would make it another event, or none. */
    private static final Set<String> FIXED = Set.of("specversion", "id", "data", "datacontenttype", "time");

    /** An event cannot be made with anything but a URI in these. */
    private static final Set<String> ADDRESSES = Set.of("source", "dataschema");

    private CeOverrides() {}

    public static Map<String, String> parse(String text, ConfigErrors problems) {
        Map<String, String> overrides = new TreeMap<>();
        read(text, problems).path("extensions").properties().forEach(extension -> {
            String name = extension.getKey().toLowerCase(Locale.ROOT);
            String value = extension.getValue().asText("");
            check(name, value, problems);
            overrides.put(name, value);
        });
        return overrides;
    }

    private static JsonNode read(String text, ConfigErrors problems) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            problems.add(
                    VARIABLE,
                    "is not JSON: " + malformed.getOriginalMessage(),
                    "write {\"extensions\":{\"name\":\"value\"}}");
            return JSON.createObjectNode();
        }
    }

    private static void check(String name, String value, ConfigErrors problems) {
        String where = VARIABLE + ".extensions." + name;
        if (!ATTRIBUTE_NAME.matcher(name).matches()) {
            problems.add(where, "is no attribute name", "use only letters and digits");
        } else if (FIXED.contains(name)) {
            problems.add(where, "cannot be overridden", "choose another name");
        } else if (value.isEmpty()) {
            problems.add(where, "has no value", "give it one, or leave it out");
        } else if (ADDRESSES.contains(name) && !isUri(value)) {
            problems.add(where, "'" + value + "' is no URI", "write it like https://example.com/my-source");
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
