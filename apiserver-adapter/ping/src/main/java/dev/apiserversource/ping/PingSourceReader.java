package dev.apiserversource.ping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.apiserversource.frame.config.ConfigErrors;
import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.config.JsonFields;
import io.cloudevents.core.data.BytesCloudEventData;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads PingSources, as JSON of version v1. The others have the same schema, and {@code jsonData} in place of {@code
 * data}.
 *
 * <p>The addresses are those that the controller has resolved: {@code status.sinkUri} and {@code
 * status.annotations.deadLetterSinkUri}. So are audiences and the ServiceAccount whose tokens are sent. The delivery of
 * a source is configured like that of an adapter of its own, so one reader serves both.
 *
 * <p>Knative's webhook refuses {@code delivery} and {@code catchUp}, so annotations can have them, too. A field takes
 * precedence.
 */
final class PingSourceReader {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String JSON_TYPE = "application/json";
    private static final String EVERY_MINUTE = "* * * * *";
    private static final Duration MAX_CATCH_UP = Duration.ofDays(7);
    private static final String ANNOTATION_PREFIX = "apiserversource.dev/";

    /** Read for the process, not for a source. */
    private static final String[] LIMITS = {
        "K_SINK_TIMEOUT", "ADAPTER_MAX_IN_FLIGHT", "ADAPTER_MAX_PENDING_EVENTS", "ADAPTER_MAX_PENDING_BYTES"
    };

    private final Map<String, String> shared = new HashMap<>();

    /** A reader of sources with the limits and timeout that are in {@code environment}. */
    PingSourceReader(Map<String, String> environment) {
        for (String name : LIMITS) {
            String value = environment.get(name);
            if (value != null) {
                shared.put(name, value);
            }
        }
    }

    /**
     * Reads a source.
     *
     * @return empty while one of its sinks is not resolved
     * @throws InvalidConfigException with every error, when it cannot be used
     */
    Optional<PingSource> read(JsonNode object) throws InvalidConfigException {
        JsonNode fields = withAnnotations(object);
        if (!isResolved(fields, object.path("status"))) {
            return Optional.empty();
        }
        JsonNode metadata = object.path("metadata");
        EnvReader env = new EnvReader(environment(object));
        JsonFields delivery = new JsonFields("spec.delivery", delivery(fields, object), env.errors());
        FrameConfig frame = FrameConfig.from(env, delivery);
        Spec spec = new Spec(fields, env.errors());
        PingSource source = new PingSource(
                metadata.path("uid").asText(),
                frame.namespace() + "/" + frame.name(),
                spec.timetable(Instant.parse(metadata.path("creationTimestamp").asText(Instant.EPOCH.toString()))),
                frame.delivery(),
                new TickEvents(
                        metadata.path("uid").asText(),
                        URI.create("/apis/v1/namespaces/" + frame.namespace() + "/pingsources/" + frame.name()),
                        spec.contentType(),
                        spec.data(),
                        frame.overrides()));
        env.errors().throwIfAny();
        return Optional.of(source);
    }

    /** The environment that an adapter of this source alone would have. */
    private Map<String, String> environment(JsonNode object) {
        Map<String, String> variables = new HashMap<>(shared);
        variables.put("NAME", object.at("/metadata/name").asText());
        variables.put("NAMESPACE", object.at("/metadata/namespace").asText());
        variables.put("K_SINK", object.at("/status/sinkUri").asText());
        variables.put("K_CA_CERTS", object.at("/status/sinkCACerts").asText(""));
        variables.put("K_AUDIENCE", object.at("/status/sinkAudience").asText(""));
        variables.put(
                "K_OIDC_SERVICE_ACCOUNT",
                object.at("/status/auth/serviceAccountName").asText(""));
        JsonNode overrides = object.at("/spec/ceOverrides");
        variables.put("K_CE_OVERRIDES", overrides.isObject() ? overrides.toString() : "");
        return variables;
    }

    /** The spec, with the fields that only annotations have. */
    private static JsonNode withAnnotations(JsonNode object) {
        JsonNode annotations = object.at("/metadata/annotations");
        String delivery = annotations.path(ANNOTATION_PREFIX + "delivery").asText("");
        String catchUp = annotations.path(ANNOTATION_PREFIX + "catch-up").asText("");
        ObjectNode spec =
                object.path("spec") instanceof ObjectNode fields ? fields.deepCopy() : JSON.createObjectNode();
        if (!delivery.isEmpty() && !spec.hasNonNull("delivery")) {
            spec.set("delivery", parsed(delivery));
        }
        if (!catchUp.isEmpty() && !spec.hasNonNull("catchUp")) {
            spec.put("catchUp", catchUp);
        }
        return spec;
    }

    /** What is no JSON stays a text, which is refused as no object. */
    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException malformed) {
            return TextNode.valueOf(json);
        }
    }

    /** Between an edit of the spec and the write of the status, the address of a new dead letter sink is missing. */
    private static boolean isResolved(JsonNode spec, JsonNode status) {
        return !status.path("sinkUri").asText("").isEmpty()
                && (!spec.path("delivery").has("deadLetterSink")
                        || status.at("/annotations").has("deadLetterSinkUri"));
    }

    /** The DeliverySpec, with the address of its dead letter sink. */
    private static JsonNode delivery(JsonNode spec, JsonNode object) {
        JsonNode delivery = spec.path("delivery");
        if (delivery instanceof ObjectNode fields && fields.has("deadLetterSink")) {
            ObjectNode resolved = fields.deepCopy();
            JsonNode status = object.at("/status/annotations");
            resolved.putObject("deadLetterSink")
                    .put("uri", status.path("deadLetterSinkUri").asText(""))
                    .put("CACerts", status.path("deadLetterSinkCACerts").asText(""))
                    .put("audience", status.path("deadLetterSinkAudience").asText(""));
            return resolved;
        }
        return delivery;
    }

    /** The fields of the spec that concern ticks and data. */
    private record Spec(JsonNode json, ConfigErrors errors) {

        PingSource.Timetable timetable(Instant created) {
            String schedule = text("schedule", EVERY_MINUTE);
            String timezone = text("timezone", "");
            Duration catchUp = new JsonFields("spec", json, errors)
                    .duration("catchUp", Duration.ZERO, MAX_CATCH_UP)
                    .orElse(Duration.ZERO);
            return new PingSource.Timetable(
                    schedule(schedule, timezone, created), schedule + " " + timezone, created, catchUp);
        }

        private Schedule schedule(String schedule, String timezone, Instant created) {
            try {
                return Schedules.parse(schedule, timezone, created);
            } catch (IllegalArgumentException invalid) {
                errors.add("spec.schedule", String.valueOf(invalid.getMessage()), "correct it");
                return instant -> Optional.empty();
            }
        }

        String contentType() {
            return hasJsonData() ? JSON_TYPE : text("contentType", "");
        }

        private boolean hasJsonData() {
            return !text("jsonData", "").isEmpty();
        }

        BytesCloudEventData data() {
            String plain = json.path(hasJsonData() ? "jsonData" : "data").asText("");
            String base64 = text("dataBase64", "");
            if (!plain.isEmpty() && !base64.isEmpty()) {
                errors.add("spec.dataBase64", "is set beside data", "remove one of them");
            }
            byte[] bytes = base64.isEmpty() ? plain.getBytes(StandardCharsets.UTF_8) : decoded(base64);
            if (contentType().equals(JSON_TYPE) && bytes.length > 0) {
                checkJson(new String(bytes, StandardCharsets.UTF_8));
            }
            return BytesCloudEventData.wrap(bytes);
        }

        private byte[] decoded(String base64) {
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException malformed) {
                errors.add("spec.dataBase64", "is not base64: " + malformed.getMessage(), "encode it again");
                return new byte[0];
            }
        }

        private void checkJson(String text) {
            try {
                JSON.readTree(text);
            } catch (JsonProcessingException malformed) {
                String where = hasJsonData() ? "spec.jsonData" : "spec.data";
                errors.add(where, "is not JSON: " + malformed.getOriginalMessage(), "set another contentType");
            }
        }

        private String text(String name, String defaultValue) {
            String text = json.path(name).asText("");
            return text.isBlank() ? defaultValue : text.strip();
        }
    }
}
