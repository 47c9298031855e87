package dev.apiserversource.controller.configmap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of {@code config-logging}.
 *
 * @param zap the configuration of zap, Knative's logger, as JSON; null when there is none
 * @param levels levels by component, which override that of {@code zap}
 * @see <a href="https://pkg.go.dev/knative.dev/pkg/logging#NewConfigFromMap">Knative's reader</a>
 */
record LoggingConfig(@Nullable String zap, Map<String, String> levels) {

    static final String CONFIG_MAP = "config-logging";
    static final String DEFAULT_LEVEL = "info";

    private static final String ZAP = "zap-logger-config";
    private static final String LEVEL_PREFIX = "loglevel.";
    private static final String LEVEL = "level";
    private static final Set<String> LEVELS = Set.of("debug", "info", "warn", "error", "dpanic", "panic", "fatal");

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads the data of the ConfigMap. Other keys are ignored.
     *
     * @throws IllegalArgumentException for invalid JSON or an unknown level
     */
    static LoggingConfig parse(Map<String, String> data) {
        Map<String, String> levels = new HashMap<>();
        data.forEach((key, value) -> {
            if (key.startsWith(LEVEL_PREFIX) && !value.isEmpty()) {
                levels.put(key.substring(LEVEL_PREFIX.length()), checkedLevel(key, value));
            }
        });
        String zap = data.get(ZAP);
        if (zap != null) {
            checkedLevel(ZAP + "." + LEVEL, tree(zap).path(LEVEL).asText(DEFAULT_LEVEL));
        }
        return new LoggingConfig(zap, levels);
    }

    private static String checkedLevel(String key, String value) {
        String level = value.toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException(key + ": \"" + value + "\" must be debug, info, warn or error");
        }
        return level;
    }

    private static ObjectNode tree(String zap) {
        try {
            JsonNode tree = JSON.readTree(zap);
            if (tree instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(ZAP + ": must be a JSON object: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException(ZAP + ": must be a JSON object");
    }

    /** The level of a component, in lower case. */
    String level(String component) {
        String global = zap == null ? DEFAULT_LEVEL : tree(zap).path(LEVEL).asText(DEFAULT_LEVEL);
        return levels.getOrDefault(component, global.toLowerCase(Locale.ROOT));
    }

    /** The variable {@code K_LOGGING_CONFIG} of a component, with its level; empty when nothing is configured. */
    Optional<String> json(String component) {
        if (!levels.containsKey(component)) {
            return Optional.ofNullable(zap).map(LoggingConfig::toJson);
        }
        ObjectNode own = zap == null ? JSON.createObjectNode() : tree(zap);
        return Optional.of(toJson(own.put(LEVEL, level(component)).toString()));
    }

    private static String toJson(String zap) {
        return JSON.createObjectNode().put(ZAP, zap).toString();
    }
}
