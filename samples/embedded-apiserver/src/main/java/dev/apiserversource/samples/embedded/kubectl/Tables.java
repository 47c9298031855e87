package dev.apiserversource.samples.embedded.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ResourceKind;
import dev.apiserversource.samples.embedded.store.ResourceKind.PrinterColumn;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Objects as {@code meta.k8s.io/v1 Table}, which kubectl prints. Custom resources have the columns of their definition.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">Receiving
 *     resources as Tables</a>
 */
public final class Tables {

    private static final PrinterColumn AGE = PrinterColumn.age("Age", ".metadata.creationTimestamp");

    private static final Map<String, List<PrinterColumn>> BUILT_IN = Map.of(
            "pods",
            List.of(PrinterColumn.text("Status", ".status.phase"), AGE),
            "events",
            List.of(
                    PrinterColumn.age("Last Seen", ".lastTimestamp"),
                    PrinterColumn.text("Type", ".type"),
                    PrinterColumn.text("Reason", ".reason"),
                    PrinterColumn.text("Kind", ".involvedObject.kind"),
                    PrinterColumn.text("Object", ".involvedObject.name"),
                    PrinterColumn.text("Message", ".message")),
            "deployments.apps",
            List.of(
                    PrinterColumn.text("Ready", ".status.readyReplicas"),
                    PrinterColumn.text("Desired", ".spec.replicas"),
                    AGE),
            "namespaces",
            List.of(PrinterColumn.text("Status", ".status.phase"), AGE));

    /** A step of a JSON path: a name, a filter for equality or an index. */
    private static final Pattern STEP =
            Pattern.compile("\\.([A-Za-z0-9_-]+)|\\[\\?\\(@\\.(\\w+)\\s*==\\s*['\"](.*?)['\"]\\)]|\\[(\\d+)]");

    private Tables() {}

    /** The table of {@code objects}; {@code now} is what ages are measured against. */
    public static ObjectNode of(ResourceKind kind, Stream<ObjectNode> objects, Instant now) {
        List<PrinterColumn> columns = columns(kind);
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata");
        ArrayNode definitions = table.putArray("columnDefinitions");
        definitions.addObject().put("name", "Name").put("type", "string").put("format", "name");
        columns.forEach(column -> definitions
                .addObject()
                .put("name", column.title())
                .put("type", column.type())
                .put("priority", column.wide() ? 1 : 0));
        ArrayNode rows = table.putArray("rows");
        objects.forEach(object -> {
            // The table in a watch event has the resourceVersion of its only row.
            table.withObject("/metadata").set("resourceVersion", object.at("/metadata/resourceVersion"));
            addRow(rows.addObject(), columns, object, now);
        });
        return table;
    }

    private static List<PrinterColumn> columns(ResourceKind kind) {
        ResourceKind.Definition definition = kind.definition();
        boolean declared = definition != null && !definition.columns().isEmpty();
        return declared ? definition.columns() : BUILT_IN.getOrDefault(kind.qualifiedName(), List.of(AGE));
    }

    private static void addRow(ObjectNode row, List<PrinterColumn> columns, ObjectNode object, Instant now) {
        ArrayNode cells = row.putArray("cells").add(object.at("/metadata/name").asText());
        columns.forEach(column -> cells.add(cell(column, object, now)));
        row.putObject("object")
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", "meta.k8s.io/v1")
                .set("metadata", object.path("metadata"));
    }

    private static String cell(PrinterColumn column, JsonNode object, Instant now) {
        JsonNode value = object;
        Matcher step = STEP.matcher(column.jsonPath());
        while (step.find()) {
            value = follow(value, step);
        }
        return column.type().equals("date") ? age(value.asText(), now) : value.asText();
    }

    private static JsonNode follow(JsonNode from, Matcher step) {
        if (step.group(1) != null) {
            return from.path(step.group(1));
        }
        if (step.group(4) != null) {
            return from.path(Integer.parseInt(step.group(4)));
        }
        return Json.elements(from)
                .filter(element -> element.path(step.group(2)).asText().equals(step.group(3)))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static String age(String timestamp, Instant now) {
        if (timestamp.isEmpty()) {
            return "<unknown>";
        }
        Duration age = Duration.between(Instant.parse(timestamp), now);
        return Stream.of(age.toDays() + "d", age.toHours() + "h", age.toMinutes() + "m")
                .filter(text -> !text.startsWith("0"))
                .findFirst()
                .orElse(Math.max(0, age.toSeconds()) + "s");
    }
}
