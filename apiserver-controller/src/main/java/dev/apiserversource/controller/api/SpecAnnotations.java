package dev.apiserversource.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The fields that Knative's sources lack, as annotations. Knative's webhook refuses unknown fields of a spec,
 * but not annotations. A field of the spec takes precedence over its annotation.
 *
 * <p>No CRD validates an annotation, so values are checked here by the rules of the fields.
 */
final class SpecAnnotations {

    private static final String PREFIX = "apiserversource.dev/";
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int MAX_REPLICAS = 10;
    private static final Duration DAY = Duration.ofDays(1);

    private static final Set<String> DELIVERY_FIELDS =
            Set.of("retry", "backoffPolicy", "backoffDelay", "timeout", "retryAfterMax", "deadLetterSink");

    private static final Set<String> EVENT_TYPES = Set.of("add", "update", "delete");

    private static final Annotation DELIVERY = of("delivery", "delivery", SpecAnnotations::delivery);

    /** Those of an ApiServerSource. */
    static final List<Annotation> APISERVERSOURCE = List.of(
            DELIVERY,
            of("initial-state", "initialState", SpecAnnotations::emitPolicy),
            of("gaps", "gaps", SpecAnnotations::emitPolicy),
            of("replicas", "replicas", SpecAnnotations::replicas),
            of("event-types", "eventTypes", SpecAnnotations::eventTypes),
            of("managed-fields", "managedFields", value -> oneOf(value, "Omit", "Keep")),
            of("redact", "redact", value -> oneOf(value, "None", "Secrets")),
            of("replay", "replay", SpecAnnotations::replay),
            ofResources("field-selector", "fieldSelector", TextNode::valueOf),
            ofResources("changes", "changes", value -> oneOf(value, "Any", "Spec", "Status", "Metadata")),
            ofResources("redact-paths", "redactPaths", SpecAnnotations::paths),
            ofResources("previous", "previous", value -> oneOf(value, "Patch", "None")));

    /** Those of a PingSource. */
    static final List<Annotation> PINGSOURCE = List.of(DELIVERY, of("catch-up", "catchUp", SpecAnnotations::catchUp));

    private SpecAnnotations() {}

    /**
     * An annotation.
     *
     * @param name without the prefix
     * @param field of the spec
     * @param parser of the value, which throws an IllegalArgumentException
     * @param ofResources whether the field is one of each resource. Then the value is for all, or a JSON object with a
     *     value for each kind.
     */
    record Annotation(String name, String field, Parser parser, boolean ofResources) {}

    private static Annotation of(String name, String field, Parser parser) {
        return new Annotation(name, field, parser, false);
    }

    private static Annotation ofResources(String name, String field, Parser parser) {
        return new Annotation(name, field, parser, true);
    }

    interface Parser {
        JsonNode parse(String value);
    }

    /**
     * Adds the fields that only annotations have.
     *
     * @throws IllegalArgumentException for an invalid annotation, with its name and the remedy
     */
    static void addTo(ObjectNode spec, Map<String, String> annotations, List<Annotation> known) {
        for (Annotation annotation : known) {
            set(annotation, annotations, value -> {
                if (annotation.ofResources()) {
                    ResourceAnnotation.addTo(
                            spec.path("resources"), value, (resource, own) -> addTo(resource, annotation, own));
                } else {
                    addTo(spec, annotation, value);
                }
            });
        }
    }

    private static void set(Annotation annotation, Map<String, String> annotations, Consumer<String> setter) {
        String value = annotations.get(PREFIX + annotation.name());
        try {
            if (value != null) {
                setter.accept(value);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("annotation " + PREFIX + annotation.name() + ": " + e.getMessage(), e);
        }
    }

    private static void addTo(ObjectNode object, Annotation annotation, String value) {
        if (!object.hasNonNull(annotation.field())) {
            object.set(annotation.field(), annotation.parser().parse(value));
        }
    }

    private static JsonNode emitPolicy(String value) {
        return oneOf(value, "Emit", "Skip");
    }

    private static JsonNode oneOf(String value, String... values) {
        check(List.of(values).contains(value), "must be " + String.join(" or ", values));
        return TextNode.valueOf(value);
    }

    private static JsonNode eventTypes(String value) {
        ArrayNode types = JSON.createArrayNode();
        for (String type : value.split(",", -1)) {
            check(EVENT_TYPES.contains(type.strip()), "must be some of add, update, delete, separated by commas");
            types.add(type.strip());
        }
        return types;
    }

    private static JsonNode paths(String value) {
        String rule = "must be a JSON array of JSON pointers";
        try {
            JsonNode paths = JSON.readTree(value);
            check(paths.isArray(), rule);
            paths.forEach(path -> check(path.isTextual(), rule));
            return paths;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(rule, e);
        }
    }

    private static JsonNode replay(String value) {
        check(ApiServerSourceSpec.isReplay(value), ApiServerSourceSpec.REPLAY_RULE);
        return TextNode.valueOf(value);
    }

    private static JsonNode replicas(String value) {
        check(value.matches("\\d{1,2}"), "must be a whole number from 1 to 10");
        int replicas = Integer.parseInt(value);
        check(replicas >= 1 && replicas <= MAX_REPLICAS, "must be a whole number from 1 to 10");
        return IntNode.valueOf(replicas);
    }

    private static JsonNode catchUp(String value) {
        checkDuration(value, "", Duration.ZERO, Duration.ofDays(7));
        return TextNode.valueOf(value);
    }

    private static JsonNode delivery(String value) {
        try {
            JsonNode delivery = JSON.readTree(value);
            check(delivery.isObject(), "must be a JSON object");
            delivery.fieldNames()
                    .forEachRemaining(field -> check(DELIVERY_FIELDS.contains(field), "has no field " + field));
            check(delivery, JSON.treeToValue(delivery, DeliverySpec.class));
            return delivery;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("must be a JSON object with the fields of spec.delivery", e);
        }
    }

    private static void check(JsonNode json, DeliverySpec delivery) {
        check(json.path("retry").isMissingNode() || json.path("retry").isInt(), "retry must be a whole number");
        check(json.path("retry").asInt() >= 0, "retry must be at least 0");
        String policy = json.path("backoffPolicy").asText("linear");
        check(policy.equals("linear") || policy.equals("exponential"), "backoffPolicy must be linear or exponential");
        duration(json, "backoffDelay", Duration.ZERO, DAY);
        duration(json, "timeout", Duration.ofMillis(1), DAY);
        duration(json, "retryAfterMax", Duration.ZERO, Duration.ofDays(365));
        Destination sink = delivery.deadLetterSink();
        check(sink == null || sink.ref() != null || sink.uri() != null, "deadLetterSink needs ref, uri, or both");
    }

    private static void duration(JsonNode delivery, String field, Duration min, Duration max) {
        if (delivery.has(field)) {
            checkDuration(delivery.path(field).asText(), field + " ", min, max);
        }
    }

    private static void checkDuration(String value, String name, Duration min, Duration max) {
        String range = name + "must be an ISO 8601 duration from " + min + " to " + max.toDays() + " days";
        try {
            Duration duration = Duration.parse(value);
            check(duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0, range);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(range, e);
        }
    }

    private static void check(boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(rule);
        }
    }
}
