package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.NodePath;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The {@code openAPIV3Schema} of one version of a custom resource. Unknown fields are pruned, defaults are set, and
 * objects that violate the schema are refused. CEL rules ({@code x-kubernetes-validations}) are not evaluated.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/">
 *     Extend the Kubernetes API with CustomResourceDefinitions</a>
 */
public final class CustomResourceSchema {

    private static final Set<String> OF_EVERY_RESOURCE = Set.of("apiVersion", "kind", "metadata");

    private final JsonNode schema;
    private final Schema validator;

    CustomResourceSchema(JsonNode openApiV3Schema) {
        this.schema = openApiV3Schema;
        this.validator = SchemaRegistry.withDialect(Dialects.getOpenApi30()).getSchema(translated(openApiV3Schema));
    }

    /** The schema as plain OpenAPI 3.0, without the extensions of Kubernetes. */
    private static JsonNode translated(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            ObjectNode plain = Json.object();
            object.properties().stream()
                    .filter(keyword -> !keyword.getKey().startsWith("x-kubernetes-"))
                    .forEach(keyword -> plain.set(keyword.getKey(), translated(keyword.getValue())));
            if (object.path("x-kubernetes-int-or-string").asBoolean()) {
                ArrayNode either = plain.putArray("anyOf");
                either.addObject().put("type", "integer");
                either.addObject().put("type", "string");
            }
            return plain;
        }
        if (schema instanceof ArrayNode array) {
            return Json.array()
                    .addAll(Json.elements(array)
                            .map(CustomResourceSchema::translated)
                            .toList());
        }
        return schema;
    }

    /** Removes the fields that the schema does not name; returns their paths. */
    List<String> prune(ObjectNode object) {
        List<String> pruned = new ArrayList<>();
        prune(schema, object, "", true, pruned);
        return pruned;
    }

    private static void prune(JsonNode schema, JsonNode value, String path, boolean resource, List<String> pruned) {
        if (value instanceof ArrayNode array) {
            IntStream.range(0, array.size())
                    .forEach(i -> pruneChild(schema.path("items"), array.get(i), path + "[" + i + "]", pruned));
        } else if (value instanceof ObjectNode object) {
            List<String> names =
                    object.properties().stream().map(Map.Entry::getKey).toList();
            for (String name : names) {
                if (resource && OF_EVERY_RESOURCE.contains(name)) {
                    continue;
                }
                if (isKnown(schema, name)) {
                    pruneChild(childSchema(schema, name), object.path(name), child(path, name), pruned);
                } else {
                    object.remove(name);
                    pruned.add(child(path, name));
                }
            }
        }
    }

    private static void pruneChild(JsonNode schema, JsonNode value, String path, List<String> pruned) {
        prune(schema, value, path, schema.path("x-kubernetes-embedded-resource").asBoolean(), pruned);
    }

    private static boolean isKnown(JsonNode schema, String name) {
        JsonNode additional = schema.path("additionalProperties");
        return schema.path("properties").has(name)
                || additional.isObject()
                || additional.asBoolean()
                || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                // What has no schema of its own lies below a preserved field.
                || schema.isMissingNode();
    }

    private static JsonNode childSchema(JsonNode schema, String name) {
        JsonNode properties = schema.path("properties");
        return properties.has(name) ? properties.path(name) : schema.path("additionalProperties");
    }

    /** Sets the defaults of absent fields. */
    void applyDefaults(ObjectNode object) {
        applyDefaults(schema, object);
    }

    private static void applyDefaults(JsonNode schema, JsonNode value) {
        if (value instanceof ArrayNode array) {
            array.forEach(element -> applyDefaults(schema.path("items"), element));
        } else if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                if (!object.has(property.getKey()) && property.getValue().has("default")) {
                    object.set(
                            property.getKey(),
                            property.getValue().get("default").deepCopy());
                }
            });
            object.properties().forEach(field -> applyDefaults(childSchema(schema, field.getKey()), field.getValue()));
        }
    }

    /** The violations of the schema; empty when there are none. */
    List<FieldError> validate(ObjectNode object) {
        return validator.validate(object).stream()
                .map(CustomResourceSchema::fieldError)
                .distinct()
                .toList();
    }

    /** Each keyword in the words of k8s.io/apiextensions-apiserver/pkg/apiserver/validation. */
    private static FieldError fieldError(Error error) {
        String field = dotted(error.getInstanceLocation());
        JsonNode value = error.getInstanceNode();
        JsonNode limit = error.getSchemaNode();
        return switch (error.getKeyword()) {
            case "required" -> FieldError.required(child(field, error.getProperty()), "");
            case "type" -> typeError(field, value, limit);
            case "enum" -> enumError(field, value, limit);
            case "pattern" -> invalid(field, value, "should match '" + limit.asText() + "'");
            case "minimum" -> invalid(field, value, "should be greater than or equal to " + limit);
            case "maximum" -> invalid(field, value, "should be less than or equal to " + limit);
            case "minLength" -> invalid(field, value, "should be at least " + limit + " chars long");
            case "maxLength" ->
                new FieldError(field, "FieldValueTooLong", "Too long: may not be more than " + limit + " bytes");
            case "minItems" -> invalid(field, size(value), "should have at least " + limit + " items");
            case "maxItems" ->
                new FieldError(
                        field,
                        "FieldValueTooMany",
                        "Too many: " + value.size() + ": must have at most " + limit + " items");
            case "minProperties" -> invalid(field, size(value), "should have at least " + limit + " properties");
            default -> invalid(field, value, error.getMessage());
        };
    }

    private static FieldError typeError(String field, JsonNode value, JsonNode expected) {
        String actual = value.isIntegralNumber()
                ? "integer"
                : value.getNodeType().toString().toLowerCase(Locale.ROOT);
        String detail = "%s in body must be of type %s: \"%s\"".formatted(field, expected.asText(), actual);
        return new FieldError(field, "FieldValueTypeInvalid", "Invalid value: \"" + actual + "\": " + detail);
    }

    private static FieldError enumError(String field, JsonNode value, JsonNode supported) {
        String values = Json.elements(supported).map(JsonNode::toString).collect(Collectors.joining(", "));
        return new FieldError(
                field, "FieldValueNotSupported", "Unsupported value: " + value + ": supported values: " + values);
    }

    private static FieldError invalid(String field, JsonNode value, String detail) {
        return FieldError.invalid(field, value, field + " in body " + detail);
    }

    private static JsonNode size(JsonNode container) {
        return IntNode.valueOf(container.size());
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String dotted(NodePath location) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < location.getNameCount(); i++) {
            if (location.getElement(i) instanceof Integer index) {
                path.append('[').append(index).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(location.getElement(i));
            }
        }
        return path.toString();
    }
}
