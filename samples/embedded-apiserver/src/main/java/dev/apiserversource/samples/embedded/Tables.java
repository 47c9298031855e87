package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What kubectl prints: {@code meta.k8s.io/v1 Table} with a few telling columns for the kinds people look at. */
final class Tables {

    private static final String AGE = "metadata.creationTimestamp";

    private static final Map<String, List<Column>> COLUMNS = Map.of(
            "pods",
            List.of(new Column("Status", "status.phase"), new Column("IP", "status.podIP"), new Column("Age", AGE)),
            "events",
            List.of(
                    new Column("Last Seen", "lastTimestamp"),
                    new Column("Type", "type"),
                    new Column("Reason", "reason"),
                    new Column("Object", "involvedObject.name"),
                    new Column("Message", "message")),
            "namespaces",
            List.of(new Column("Status", "status.phase"), new Column("Age", AGE)));

    private static final List<Column> OTHERS = List.of(new Column("Age", AGE));

    /** A column that shows the text at {@code path}; the time columns show an age. */
    private record Column(String title, String path) {

        String type() {
            return path.equals(AGE) || path.equals("lastTimestamp") ? "date" : "string";
        }
    }

    private Tables() {}

    static ObjectNode of(ResourceKind kind, Stream<ObjectNode> objects) {
        List<Column> columns = COLUMNS.getOrDefault(kind.qualifiedName(), OTHERS);
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata");
        ArrayNode definitions = table.putArray("columnDefinitions");
        definitions
                .addObject()
                .put("name", "Name")
                .put("type", "string")
                .put("format", "name")
                .put("priority", 0);
        columns.forEach(column -> definitions
                .addObject()
                .put("name", column.title())
                .put("type", column.type())
                .put("priority", 0));
        ArrayNode rows = table.putArray("rows");
        objects.forEach(object -> row(rows.addObject(), columns, object));
        return table;
    }

    private static void row(ObjectNode row, List<Column> columns, ObjectNode object) {
        ArrayNode cells = row.putArray("cells").add(Metadata.of(object).name());
        columns.forEach(column -> cells.add(Json.text(object, column.path())));
        ObjectNode partial =
                row.putObject("object").put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
    }
}
