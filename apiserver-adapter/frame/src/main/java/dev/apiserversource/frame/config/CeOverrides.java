package dev.apiserversource.frame.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads {@code K_CE_OVERRIDES}, {@code {"extensions":{"name":"value"}}}: attributes set on every event.
 *
 * <p>Knative's webhook accepts attributes that no valid event can have. These are logged and left out: the events are
 * worth more than the attribute.
 */
final class CeOverrides {

    static final String VARIABLE = "K_CE_OVERRIDES";

    private static final Logger log = LoggerFactory.getLogger(CeOverrides.class);
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
            Optional<String> problem = problem(name, value);
            problem.ifPresentOrElse(why -> ignore(name, why), () -> overrides.put(name, value));
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

    private static Optional<String> problem(String name, String value) {
        if (!ATTRIBUTE_NAME.matcher(name).matches()) {
            return Optional.of("its name has other characters than letters and digits");
        } else if (FIXED.contains(name)) {
            return Optional.of("it cannot be overridden");
        } else if (value.isEmpty()) {
            return Optional.of("it has no value");
        } else if (URIS.contains(name) && !isUri(value)) {
            return Optional.of("its value is no URI: " + value);
        }
        return Optional.empty();
    }

    private static void ignore(String name, String why) {
        log.atWarn()
                .addKeyValue("variable", VARIABLE)
                .addKeyValue("attribute", name)
                .addKeyValue("detail", why)
                .log("override of an attribute ignored");
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
