package dev.apiserversource.loadtests.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What each user asked of an API server that runs with {@link ApiServerOption#AUDIT_LOG}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/">The format of the log</a>
 */
public final class AuditLog {

    static final String FILE = "audit.log";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    AuditLog(Path file) {
        this.file = file;
    }

    /** The requests of {@code user} about resources, in order. Discovery and probes are left out. */
    public List<Request> requestsOf(String user) {
        return requestsOf(user, Instant.MIN);
    }

    /**
     * The requests of {@code user} about resources that the API server received at {@code since} or later. A request is
     * logged after its response, so the log may lag behind a watch.
     */
    public List<Request> requestsOf(String user, Instant since) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(AuditLog::parse)
                    .filter(entry -> entry.at("/user/username").asText().equals(user))
                    .filter(entry -> entry.has("objectRef"))
                    .filter(entry -> !received(entry).isBefore(since))
                    .map(Request::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant received(JsonNode entry) {
        return Instant.parse(entry.path("requestReceivedTimestamp").asText());
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode(); // The server has not finished writing the last line.
        }
    }

    /**
     * One request.
     *
     * @param verb such as {@code get} or {@code patch}
     * @param group of the API; empty for the core group
     * @param resource plural, with the subresource where there is one: {@code pods/status}
     * @param namespace empty for a cluster-scoped resource
     * @param name empty for a collection
     * @param code HTTP status of the response
     */
    public record Request(String verb, String group, String resource, String namespace, String name, int code) {

        static Request of(JsonNode entry) {
            JsonNode object = entry.path("objectRef");
            String subresource = object.path("subresource").asText();
            return new Request(
                    entry.path("verb").asText(),
                    object.path("apiGroup").asText(),
                    object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                    object.path("namespace").asText(),
                    object.path("name").asText(),
                    entry.at("/responseStatus/code").asInt());
        }

        /** The right that the request needs: {@code patch deployments.apps}. */
        public String right() {
            return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
        }
    }
}
