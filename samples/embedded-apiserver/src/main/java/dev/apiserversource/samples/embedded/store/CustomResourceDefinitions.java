package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ResourceKind.PrinterColumn;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Serves the kinds of CustomResourceDefinitions once they are written; deletes their objects with the definition. */
public final class CustomResourceDefinitions implements Consumer<StoredChange> {

    private final ResourceKinds kinds;
    private final ObjectStore store;

    /** A listener of {@code store}. */
    public CustomResourceDefinitions(ResourceKinds kinds, ObjectStore store) {
        this.kinds = kinds;
        this.store = store;
    }

    @Override
    public void accept(StoredChange change) {
        if (!change.kind().kind().equals("CustomResourceDefinition")) {
            return;
        }
        ResourceKind defined = kind(change.lastState());
        if (change.after() == null) {
            store.at(defined, store.version())
                    .keySet()
                    .forEach(key -> store.delete(defined, key, Json.object(), false));
            kinds.remove(defined);
            return;
        }
        kinds.add(defined);
        if (change.before() == null) {
            store.modifyStatus(change.kind(), change.key(), definition -> accepted(definition, defined), false);
        }
    }

    private static ResourceKind kind(ObjectNode definition) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        String kind = names.path("kind").asText();
        String singular = names.path("singular").asText();
        return new ResourceKind(
                spec.path("group").asText(),
                versions(spec, "served")
                        .map(version -> version.path("name").asText())
                        .sorted(VersionPriority.PREFERRED_FIRST)
                        .toList(),
                new ResourceKind.Names(
                        names.path("plural").asText(),
                        singular.isEmpty() ? kind.toLowerCase(Locale.ROOT) : singular,
                        kind,
                        texts(names.path("shortNames")),
                        texts(names.path("categories"))),
                spec.path("scope").asText().equals("Namespaced"),
                Json.elements(spec.path("versions"))
                        .anyMatch(version -> version.path("subresources").has("status")),
                new ResourceKind.Definition(columns(spec), schemas(spec)));
    }

    private static Stream<JsonNode> versions(JsonNode spec, String flag) {
        return Json.elements(spec.path("versions"))
                .filter(version -> version.path(flag).asBoolean());
    }

    private static List<PrinterColumn> columns(JsonNode spec) {
        return versions(spec, "storage")
                .flatMap(version -> Json.elements(version.path("additionalPrinterColumns")))
                .map(column -> new PrinterColumn(
                        column.path("name").asText(),
                        column.path("type").asText(),
                        column.path("jsonPath").asText(),
                        column.path("priority").asInt() > 0))
                .toList();
    }

    private static Map<String, CustomResourceSchema> schemas(JsonNode spec) {
        Map<String, CustomResourceSchema> schemas = new HashMap<>();
        versions(spec, "served").forEach(version -> {
            JsonNode schema = version.at("/schema/openAPIV3Schema");
            if (schema.isObject()) {
                schemas.put(version.path("name").asText(), new CustomResourceSchema(schema));
            }
        });
        return schemas;
    }

    private static ObjectNode accepted(ObjectNode definition, ResourceKind kind) {
        ObjectNode status = definition.putObject("status");
        JsonNode since = definition.at("/metadata/creationTimestamp");
        ArrayNode conditions = status.putArray("conditions");
        condition(conditions, "NamesAccepted", "NoConflicts", since);
        condition(conditions, "Established", "InitialNamesAccepted", since);
        ObjectNode names = status.putObject("acceptedNames");
        names.setAll((ObjectNode) definition.path("spec").path("names"));
        names.put("singular", kind.names().singular()).put("listKind", kind.listKind());
        versions(definition.path("spec"), "storage")
                .forEach(version -> status.withArray("/storedVersions").add(version.path("name")));
        return definition;
    }

    private static void condition(ArrayNode conditions, String type, String reason, JsonNode since) {
        ObjectNode condition = conditions.addObject().put("type", type).put("status", "True");
        condition.<ObjectNode>set("lastTransitionTime", since).put("reason", reason);
    }

    private static List<String> texts(JsonNode array) {
        return Json.elements(array).map(JsonNode::asText).toList();
    }
}
