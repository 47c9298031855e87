package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an adapter reports by an annotation of its Lease, the only object of its source that it may write. The adapter's
 * README describes the JSON.
 *
 * @param problems all of them, in the adapter's order
 */
record AdapterProblems(List<Problem> problems) {

    /** Nothing is reported. */
    static final AdapterProblems NONE = new AdapterProblems(List.of());

    static final LeaseAnnotation ANNOTATION = new LeaseAnnotation("apiserversource.dev/problems");

    private static final String ACCESS_DENIED = "AccessDenied";
    private static final String REQUEST_REFUSED = "RequestRefused";
    private static final String SINK_REFUSES = "SinkRefuses";
    private static final String MORE = "More";

    /** An adapter lists ten problems at most. Another writer of its Lease must not fill the status. */
    private static final int MAX_MESSAGE = 2_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The problems in the annotation; none when it is absent or not readable. */
    static AdapterProblems of(Lease lease) {
        Optional<String> json = ANNOTATION.of(lease);
        try {
            return json.isEmpty() ? NONE : new AdapterProblems(List.of(JSON.readValue(json.get(), Problem[].class)));
        } catch (JsonProcessingException | NullPointerException e) {
            return NONE;
        }
    }

    /** The rights that the API server denies the adapter. */
    Optional<String> accessDenied() {
        return messages(ACCESS_DENIED);
    }

    /** The lists and watches that the API server does not accept. */
    Optional<String> requestRefused() {
        return messages(REQUEST_REFUSED);
    }

    /** The answers of the sink to events that it does not take. */
    Optional<String> sinkRefuses() {
        return messages(SINK_REFUSES);
    }

    private Optional<String> messages(String type) {
        if (problems.stream().noneMatch(problem -> type.equals(problem.type()))) {
            return Optional.empty();
        }
        String all = problems.stream()
                .filter(problem -> type.equals(problem.type()) || MORE.equals(problem.type()))
                .map(Problem::message)
                .collect(Collectors.joining("; "));
        return Optional.of(all.length() > MAX_MESSAGE ? all.substring(0, MAX_MESSAGE) + "…" : all);
    }

    /**
     * One problem.
     *
     * @param type what kind of problem
     * @param message the cause, for people
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Problem(String type, String message) {}
}
