package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Everything that is not about objects: health, version, discovery, OpenAPI. */
final class FixedAnswers {

    private final Discovery discovery;
    private final OpenApi openApi;

    FixedAnswers(Kinds kinds) {
        this.discovery = new Discovery(kinds);
        this.openApi = new OpenApi(kinds);
    }

    void answer(HttpServerRequest request, String path) {
        HttpServerResponse response = request.response();
        switch (path) {
            case "/healthz", "/readyz", "/livez" -> Answers.text(response, 200, "ok");
            case "/version" -> Answers.json(response, 200, version());
            case "/openapi/v2" -> openApiV2(request);
            default ->
                discovery
                        .find(path)
                        .or(() -> openApi.find(path))
                        .ifPresentOrElse(
                                found -> Answers.json(response, 200, found),
                                () -> Answers.text(response, 404, "404 page not found\n"));
        }
    }

    /** Without content; kubectl wants it as protocol buffers, of which no bytes at all are the empty document. */
    private static void openApiV2(HttpServerRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains("protobuf")) {
            request.response().putHeader("content-type", accept).end();
        } else {
            Answers.json(request.response(), 200, Json.object().put("swagger", "2.0"));
        }
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "36")
                .put("gitVersion", "v1.36.0+embedded")
                .put("platform", "java");
    }
}
