package dev.apiserversource.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.watch.ReplayStatus;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How far a replay is, as JSON for the controller:
 *
 * <pre>
 *   {"replay":{"value":"2026-01","phase":"Complete","objects":2000,
 *              "startTime":"2026-01-02T03:04:05Z","completionTime":"2026-01-02T03:04:09Z"}}
 * </pre>
 */
final class ReplayReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ReplayReport() {}

    static String json(ReplayStatus status) {
        ObjectNode report = JSON.createObjectNode();
        ObjectNode replay = report.putObject("replay")
                .put("value", status.value())
                .put("phase", status.completed().isPresent() ? "Complete" : "Running")
                .put("objects", status.objects());
        status.started().ifPresent(started -> replay.put("startTime", text(started)));
        status.completed().ifPresent(completed -> replay.put("completionTime", text(completed)));
        return report.toString();
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
