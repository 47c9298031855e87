package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpServerResponse;

/** Answers in the forms that Kubernetes clients expect. */
final class Answers {

    private Answers() {}

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
