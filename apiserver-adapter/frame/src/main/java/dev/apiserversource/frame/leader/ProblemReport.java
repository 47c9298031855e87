package dev.apiserversource.frame.leader;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.apiserversource.frame.time.Timers;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The present problems of a source as JSON, for the annotation {@value #ANNOTATION} of its Lease:
 *
 * <pre>
 *   [{"type":"SinkRefuses","message":"the sink answers 403","since":"2026-01-02T03:04:05Z"}]
 * </pre>
 *
 * <p>At most {@value #MAX_PROBLEMS} problems are listed. One more entry, of type {@value #MORE}, counts the rest.
 */
final class ProblemReport {

    /** The name is part of the interface to the controller. */
    static final String ANNOTATION = "apiserversource.dev/problems";

    static final String MORE = "More";

    private static final int MAX_PROBLEMS = 10;
    private static final int MAX_MESSAGE = 256;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<List<Problem>> source;
    private final Timers timers;
    private Map<Problem, Instant> since = new LinkedHashMap<>();
    private final ThrottledText text;

    ProblemReport(Supplier<List<Problem>> source, Timers timers) {
        this.source = source;
        this.timers = timers;
        this.text = new ThrottledText(() -> since.isEmpty() ? "" : json(), timers);
    }

    /** The value of the annotation; empty when there is no problem. */
    String text() {
        update(timers.now());
        return text.text();
    }

    private void update(Instant now) {
        Map<Problem, Instant> present = new LinkedHashMap<>();
        source.get().forEach(problem -> present.put(problem, since.getOrDefault(problem, now)));
        since = present;
    }

    private String json() {
        ArrayNode list = JSON.createArrayNode();
        since.entrySet().stream().limit(MAX_PROBLEMS).forEach(entry -> add(list, entry.getKey(), entry.getValue()));
        if (since.size() > MAX_PROBLEMS) {
            Problem more = new Problem(MORE, since.size() - MAX_PROBLEMS + " more problems");
            add(
                    list,
                    more,
                    since.values().stream()
                            .skip(MAX_PROBLEMS)
                            .min(Instant::compareTo)
                            .orElseThrow());
        }
        return list.toString();
    }

    private static void add(ArrayNode list, Problem problem, Instant since) {
        String message = problem.message();
        list.addObject()
                .put("type", problem.type())
                .put("message", message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message)
                .put("since", since.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
