package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.Watch.WatchedScope;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/** From an HTTP request to whoever answers it. */
final class Router implements Handler<HttpServerRequest> {

    private static final Logger log = LoggerFactory.getLogger(Router.class);

    private final Kinds kinds;
    private final Discovery discovery;
    private final ObjectRequests objects;
    private final Watches watches;
    private final RequestFaults faults;
    private final Access access;
    private final RequestLog requests;
    private final boolean streamingLists;

    Router(
            Kinds kinds,
            ObjectRequests objects,
            Watches watches,
            RequestFaults faults,
            Access access,
            RequestLog requests,
            boolean streamingLists) {
        this.kinds = kinds;
        this.discovery = new Discovery(kinds);
        this.objects = objects;
        this.watches = watches;
        this.faults = faults;
        this.access = access;
        this.requests = requests;
        this.streamingLists = streamingLists;
    }

    @Override
    public void handle(HttpServerRequest request) {
        ReceivedRequest received = ReceivedRequest.of(request);
        requests.add(received);
        guarded(request, () -> {
            String user = access.authenticate(orEmpty(request.getHeader(HttpHeaders.AUTHORIZATION)));
            Optional<ApiPath> path = ApiPath.parse(request.path());
            if (path.isPresent()) {
                route(request, received, path.get(), user);
            } else {
                answerFixed(request);
            }
        });
    }

    private void route(HttpServerRequest request, ReceivedRequest received, ApiPath path, String user) {
        Future<Buffer> body = hasBody(request) ? request.body() : Future.succeededFuture(Buffer.buffer());
        String verb = ApiCall.verb(received, path);
        faults.pass(
                request,
                received,
                verb.equals("list"),
                () -> body.onSuccess(bytes -> guarded(request, () -> {
                    ApiCall call = new ApiCall(
                            verb,
                            kind(path),
                            path,
                            request.params(),
                            orEmpty(request.getHeader(HttpHeaders.ACCEPT)),
                            orEmpty(request.getHeader(HttpHeaders.CONTENT_TYPE)),
                            bytes,
                            streamingLists);
                    access.require(call.attempt(user));
                    answer(request, received, call);
                })));
    }

    private ResourceKind kind(ApiPath path) {
        return kinds.find(path.groupVersion().group(), path.groupVersion().version(), path.plural())
                .orElseThrow(ApiException::noSuchResource);
    }

    private void answer(HttpServerRequest request, ReceivedRequest received, ApiCall call) {
        if (!call.verb().equals("watch")) {
            ObjectRequests.Answer answer = objects.answer(call);
            Answers.json(request.response(), answer.code(), answer.body());
            return;
        }
        ListOptions options = call.listOptions();
        WatchedScope scope =
                new WatchedScope(call.kind(), call.version(), call.path().namespace(), call.representation());
        if (isWebSocket(request)) {
            request.toWebSocket()
                    .onSuccess(socket -> watches.open(scope, options, new WebSocketFrames(request, socket), received));
        } else {
            watches.open(scope, options, new ChunkedFrames(request), received);
        }
    }

    private void answerFixed(HttpServerRequest request) {
        switch (request.path()) {
            case "/healthz", "/readyz", "/livez" -> Answers.text(request.response(), 200, "ok");
            case "/version" -> Answers.json(request.response(), 200, version());
            default ->
                discovery
                        .find(request.path())
                        .ifPresentOrElse(
                                found -> Answers.json(request.response(), 200, found),
                                () -> Answers.text(request.response(), 404, "404 page not found\n"));
        }
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "36")
                .put("gitVersion", "v1.36.0-embedded")
                .put("platform", "java");
    }

    /** Turns a refusal into its answer, and a mistake of ours into a 500 that is logged. */
    private static void guarded(HttpServerRequest request, Runnable handling) {
        try {
            handling.run();
        } catch (ApiException refusal) {
            Answers.error(request.response(), refusal);
        } catch (RuntimeException bug) {
            log.atError().setCause(bug).addKeyValue("uri", request.uri()).log("request failed");
            Answers.error(request.response(), ApiException.internalError(String.valueOf(bug.getMessage())));
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        return !request.method().equals(HttpMethod.GET);
    }

    private static boolean isWebSocket(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
