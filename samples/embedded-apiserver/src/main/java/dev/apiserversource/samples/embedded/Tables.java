package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What kubectl prints: {@code meta.k8s.io/v1 Table} with a few telling columns for the kinds people look at. */
final class Tables {

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

    private Tables() {}

    static ObjectNode of(ResourceKind kind, Stream<ObjectNode> objects, Instant now) {
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
            // A watch's table stands at the version of its only row.
            table.withObject("/metadata").set("resourceVersion", object.at("/metadata/resourceVersion"));
            row(rows.addObject(), columns, object, now);
        });
        return table;
    }

    private static List<PrinterColumn> columns(ResourceKind kind) {
        List<PrinterColumn> declared = kind.columns().isEmpty() ? List.of(AGE) : kind.columns();
        return BUILT_IN.getOrDefault(kind.qualifiedName(), declared);
    }

    private static void row(ObjectNode row, List<PrinterColumn> columns, ObjectNode object, Instant now) {
        ArrayNode cells = row.putArray("cells").add(object.at("/metadata/name").asText());
        columns.forEach(column -> cells.add(column.cell(object, now)));
        row.putObject("object")
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", "meta.k8s.io/v1")
                .set("metadata", object.path("metadata"));
    }
}
