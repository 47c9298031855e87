package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.Json;
import io.vertx.core.http.HttpServerResponse;

/** Responses as Kubernetes clients expect them. */
final class Responses {

    private Responses() {}

    static void json(HttpServerResponse response, int code, JsonNode body) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(code)
                    .putHeader("content-type", "application/json")
                    .putHeader("cache-control", "no-cache, private")
                    .end(Json.bytes(body));
        }
    }

    static void text(HttpServerResponse response, int code, String body) {
        response.setStatusCode(code)
                .putHeader("content-type", "text/plain; charset=utf-8")
                .end(body);
    }

    static void error(HttpServerResponse response, ApiException error) {
        if (error.retryAfterSeconds() > 0) {
            response.putHeader("retry-after", Integer.toString(error.retryAfterSeconds()));
        }
        json(response, error.code(), error.status());
    }
}
