package dev.apiserversource.controller.real;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.controller.Repository;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The requests of one user, from the API server's audit log. */
final class Audit {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READS = Set.of("get", "list", "watch");

    private final Path log;
    private final String user;

    Audit(Path log, String user) {
        this.log = log;
        this.user = user;
    }

    /** All requests about resources, in order. */
    List<Request> requests() {
        return Repository.read(log)
                .lines()
                .map(Audit::parse)
                .filter(entry -> entry.path("user").path("username").asText().equals(user))
                .filter(entry -> entry.has("objectRef"))
                .map(Request::of)
                .toList();
    }

    /** Writing requests, without access reviews and the Lease of leader election. */
    List<Request> writes() {
        return requests().stream()
                .filter(request -> !READS.contains(request.verb()))
                .filter(request -> !request.resource().endsWith("reviews"))
                .filter(request ->
                        !(request.resource().equals("leases") && request.name().equals("apiserversource-controller")))
                .toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode(); // the last line may be half written
        }
    }

    /** One request. */
    record Request(String verb, String group, String resource, String namespace, String name, int code) {

        static Request of(JsonNode entry) {
            JsonNode object = entry.path("objectRef");
            String subresource = object.path("subresource").asText();
            return new Request(
                    entry.path("verb").asText(),
                    object.path("apiGroup").asText(),
                    object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                    object.path("namespace").asText(),
                    object.path("name").asText(),
                    entry.path("responseStatus").path("code").asInt());
        }

        String right() {
            return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
        }
    }
}
