package dev.apiserversource.samples.eventdisplay;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What CloudEvents 1.0 demands of the attributes of every event. */
final class AttributeRules {

    /** The attributes that the specification itself defines, in the order in which they are printed. */
    static final List<String> CORE =
            List.of("specversion", "type", "source", "subject", "id", "time", "dataschema", "datacontenttype");

    private static final List<String> REQUIRED = List.of("specversion", "type", "source", "id");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");

    private AttributeRules() {}

    /** Refuses {@code attributes} at the first rule they break. */
    static void check(Map<String, String> attributes) {
        attributes.forEach(AttributeRules::checkOne);
        List<String> missing = new ArrayList<>(REQUIRED);
        missing.removeAll(attributes.keySet());
        if (!missing.isEmpty()) {
            throw Refusal.malformed("required attributes are missing: " + String.join(", ", missing));
        }
    }

    private static void checkOne(String name, String value) {
        if (!NAME.matcher(name).matches() || name.equals("data")) {
            throw Refusal.malformed(
                    "'" + name + "' is no attribute name: lower-case letters and digits, and not 'data'");
        }
        if (value.isEmpty() && CORE.contains(name)) {
            throw Refusal.malformed(name + " is empty");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.malformed(name + " contains a control character");
        }
        checkType(name, value);
    }

    private static void checkType(String name, String value) {
        switch (name) {
            case "specversion" -> checkVersion(value);
            case "source", "dataschema" -> checkUri(name, value);
            case "time" -> checkTime(value);
            default -> {
                // Any text will do.
            }
        }
    }

    private static void checkVersion(String value) {
        if (!value.equals("1.0")) {
            throw Refusal.malformed("specversion is '" + value + "': only 1.0 is read here");
        }
    }

    private static void checkUri(String name, String value) {
        try {
            new URI(value);
        } catch (URISyntaxException e) {
            throw Refusal.malformed(name + " is no URI: " + e.getMessage());
        }
    }

    private static void checkTime(String value) {
        try {
            // RFC 3339 allows 't' and 'z', Java's parser does not.
            OffsetDateTime.parse(value.toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw Refusal.malformed("time is no RFC 3339 timestamp: '" + value + "'");
        }
    }
}
