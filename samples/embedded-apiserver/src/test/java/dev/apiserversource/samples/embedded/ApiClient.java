package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.Json;
import io.vertx.core.buffer.Buffer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Plain HTTP requests to an API server. */
abstract class ApiClient {

    static final String METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    /** The URL of the server without a trailing slash. */
    abstract String url();

    abstract HttpClient http();

    /** The bearer token of an administrator. */
    String token() {
        return "none";
    }

    /** A response's status, headers and JSON body. */
    record Reply(int code, HttpResponse<?> http, JsonNode body) {

        String text(String dottedPath) {
            return Json.text(body, dottedPath);
        }

        String resourceVersion() {
            return text("metadata.resourceVersion");
        }

        String message() {
            return text("message");
        }

        /** The names of the items of a list. */
        List<String> names() {
            List<String> names = new ArrayList<>();
            body.path("items").forEach(item -> names.add(Json.text(item, "metadata.name")));
            return names;
        }
    }

    Reply get(String path) {
        return getAs(path, "application/json");
    }

    Reply getAs(String path, String accept) {
        return send("GET", path, "", "application/json", accept);
    }

    Reply post(String path, String body) {
        return send("POST", path, body, "application/json", "application/json");
    }

    Reply put(String path, String body) {
        return send("PUT", path, body, "application/json", "application/json");
    }

    Reply patch(String path, String contentType, String body) {
        return send("PATCH", path, body, contentType, "application/json");
    }

    Reply delete(String path) {
        return delete(path, "");
    }

    Reply delete(String path, String options) {
        return send("DELETE", path, options, "application/json", "application/json");
    }

    private Reply send(String method, String path, String body, String contentType, String accept) {
        HttpRequest request = request(path, accept)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("content-type", contentType)
                .build();
        try {
            HttpResponse<byte[]> response = http().send(request, BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response, json(response.body()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Some errors of the real API server are plain text. */
    private static JsonNode json(byte[] body) {
        try {
            return Json.parse(Buffer.buffer(body));
        } catch (IllegalArgumentException notJson) {
            return Json.object().put("message", Buffer.buffer(body).toString().trim());
        }
    }

    WatchReader watch(String pathAndQuery) {
        return watchAs(pathAndQuery, "application/json");
    }

    WatchReader watchAs(String pathAndQuery, String accept) {
        try {
            return new WatchReader(http().send(request(pathAndQuery, accept).build(), BodyHandlers.ofInputStream()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path, String accept) {
        return HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + token())
                .header("accept", accept);
    }

    static ObjectNode object(String json) {
        return Json.parseObject(Buffer.buffer(json));
    }
}
