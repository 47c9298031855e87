package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ObjectRules.Part;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Serves what CustomResourceDefinitions define, as soon as they are written, and takes it back with all instances when
 * they are deleted. Schemas are not looked at: nothing is validated, pruned or defaulted.
 */
final class CustomResources implements Consumer<Change> {

    private final Kinds kinds;
    private final ObjectStore store;

    CustomResources(Kinds kinds, ObjectStore store) {
        this.kinds = kinds;
        this.store = store;
    }

    @Override
    public void accept(Change change) {
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
            store.modify(change.kind(), change.key(), Part.STATUS, definition -> accepted(definition, defined), false);
        }
    }

    private static ResourceKind kind(ObjectNode definition) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        String kind = names.path("kind").asText();
        String singular = names.path("singular").asText();
        return new ResourceKind(
                spec.path("group").asText(),
                servedVersions(spec),
                names.path("plural").asText(),
                singular.isEmpty() ? kind.toLowerCase(Locale.ROOT) : singular,
                kind,
                texts(names.path("shortNames")),
                texts(names.path("categories")),
                spec.path("scope").asText().equals("Namespaced"),
                Json.elements(spec.path("versions"))
                        .anyMatch(version -> version.path("subresources").has("status")),
                true,
                columns(spec));
    }

    private static List<String> servedVersions(JsonNode spec) {
        return Json.elements(spec.path("versions"))
                .filter(version -> version.path("served").asBoolean())
                .map(version -> version.path("name").asText())
                .toList();
    }

    private static List<PrinterColumn> columns(JsonNode spec) {
        Optional<JsonNode> stored = Json.elements(spec.path("versions"))
                .filter(version -> version.path("storage").asBoolean())
                .findFirst();
        return stored.stream()
                .flatMap(version -> Json.elements(version.path("additionalPrinterColumns")))
                .map(column -> new PrinterColumn(
                        column.path("name").asText(),
                        column.path("type").asText(),
                        column.path("jsonPath").asText(),
                        column.path("priority").asInt() > 0))
                .toList();
    }

    private static ObjectNode accepted(ObjectNode definition, ResourceKind kind) {
        ObjectNode status = definition.putObject("status");
        JsonNode since = definition.at("/metadata/creationTimestamp");
        ArrayNode conditions = status.putArray("conditions");
        condition(conditions, "NamesAccepted", "NoConflicts", since);
        condition(conditions, "Established", "InitialNamesAccepted", since);
        ObjectNode names = status.putObject("acceptedNames");
        names.setAll((ObjectNode) definition.path("spec").path("names"));
        names.put("singular", kind.singular()).put("listKind", kind.listKind());
        Json.elements(definition.path("spec").path("versions"))
                .filter(version -> version.path("storage").asBoolean())
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
