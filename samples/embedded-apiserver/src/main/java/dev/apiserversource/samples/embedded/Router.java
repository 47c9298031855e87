package dev.apiserversource.samples.embedded;

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

import java.time.InstantSource;
import java.util.Optional;

/** From an HTTP request to whoever answers it. */
final class Router implements Handler<HttpServerRequest> {

    private static final Logger log = LoggerFactory.getLogger(Router.class);

    private final Kinds kinds;
    private final FixedAnswers fixedAnswers;
    private final ObjectRequests objects;
    private final PodLogRequests podLogs;
    private final Watches watches;
    private final RequestFaults faults;
    private final Access access;
    private final RequestLog requests;
    private final boolean streamingLists;

    Router(
            Kinds kinds,
            ObjectRequests objects,
            PodLogRequests podLogs,
            Watches watches,
            RequestFaults faults,
            Access access,
            RequestLog requests,
            boolean streamingLists) {
        this.kinds = kinds;
        this.fixedAnswers = new FixedAnswers(kinds);
        this.objects = objects;
        this.podLogs = podLogs;
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
            Optional<ApiPath> path = ApiPath.parse(received.path());
            if (path.isPresent()) {
                route(request, received, path.get(), user);
            } else {
                fixedAnswers.answer(request, received.path());
            }
        });
    }

    private void route(HttpServerRequest request, ReceivedRequest received, ApiPath path, String user) {
        Future<Buffer> body = hasBody(request) ? request.body() : Future.succeededFuture(Buffer.buffer());
        String verb = ApiCall.verb(received, path);
        Runnable handling = () -> body.onSuccess(bytes -> guarded(request, () -> {
            ApiCall call = call(request, verb, path, bytes, user);
            access.require(call.attempt());
            answer(request, received, call);
        }));
        faults.pass(request, received, verb.equals("list"), handling);
    }

    private ApiCall call(HttpServerRequest request, String verb, ApiPath path, Buffer bytes, String user) {
        ResourceKind kind = kinds.find(path.groupVersion(), path.plural()).orElseThrow(ApiException::noSuchResource);
        return new ApiCall(
                verb,
                kind,
                path,
                request.params(),
                orEmpty(request.getHeader(HttpHeaders.ACCEPT)),
                orEmpty(request.getHeader(HttpHeaders.CONTENT_TYPE)),
                bytes,
                streamingLists,
                user,
                InstantSource.system());
    }

    private void answer(HttpServerRequest request, ReceivedRequest received, ApiCall call) {
        if (call.verb().equals("watch")) {
            watch(request, received, call);
        } else if (PodLogRequests.isMeant(call)) {
            podLogs.answer(request.response(), call);
        } else {
            ObjectRequests.Answer answer = objects.answer(call);
            Answers.json(request.response(), answer.code(), answer.body());
        }
    }

    private void watch(HttpServerRequest request, ReceivedRequest received, ApiCall call) {
        ListOptions options = call.listOptions();
        WatchedScope scope = new WatchedScope(call.view(), call.path().namespace());
        if (isWebSocket(request)) {
            request.toWebSocket()
                    .onSuccess(socket -> watches.open(scope, options, new WebSocketFrames(request, socket), received));
        } else {
            watches.open(scope, options, new ChunkedFrames(request), received);
        }
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
