package dev.apiserversource.samples.embedded.server;

import dev.apiserversource.samples.embedded.fault.Faults;
import dev.apiserversource.samples.embedded.fault.ReceivedRequest;
import dev.apiserversource.samples.embedded.fault.ServerFault;
import dev.apiserversource.samples.embedded.kubectl.PodLogRequests;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.GarbageCollector;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import dev.apiserversource.samples.embedded.store.ResourceKind;
import dev.apiserversource.samples.embedded.store.ResourceKinds;
import dev.apiserversource.samples.embedded.watch.WatchScope;
import dev.apiserversource.samples.embedded.watch.Watches;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Sends each HTTP request to its handler, after the faults that apply to it. */
public final class Router implements Handler<HttpServerRequest> {

    private static final Logger log = LoggerFactory.getLogger(Router.class);
    private static final int LOGGED_REQUESTS = 10_000;

    private final Deque<ReceivedRequest> requests = new ArrayDeque<>();
    private final ResourceKinds kinds;
    private final DiscoveryDocuments discovery;
    private final ObjectRequests objects;
    private final PodLogRequests podLogs;
    private final Watches watches;
    private final Faults faults;

    /** Requests for objects of {@code kinds} in {@code store}. */
    public Router(
            ResourceKinds kinds,
            ObjectStore store,
            GarbageCollector garbage,
            PodLogRequests podLogs,
            Watches watches,
            Faults faults) {
        this.kinds = kinds;
        this.discovery = new DiscoveryDocuments(kinds);
        this.objects = new ObjectRequests(store, garbage);
        this.podLogs = podLogs;
        this.watches = watches;
        this.faults = faults;
    }

    /** The newest requests, oldest first. Callable on any thread. */
    public List<ReceivedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    @Override
    public void handle(HttpServerRequest request) {
        ReceivedRequest received = ReceivedRequest.of(request);
        record(received);
        guarded(request, () -> {
            Optional<ApiPath> path = ApiPath.parse(received.path());
            if (path.isEmpty()) {
                discovery.handle(request, received.path());
            } else if (!failed(request, received)) {
                handle(request, received, path.get());
            }
        });
    }

    private void record(ReceivedRequest request) {
        synchronized (requests) {
            requests.add(request);
            if (requests.size() > LOGGED_REQUESTS) {
                requests.remove();
            }
        }
    }

    private void handle(HttpServerRequest request, ReceivedRequest received, ApiPath path) {
        String verb = ResourceRequest.verb(received, path);
        Future<Buffer> body =
                request.method().equals(HttpMethod.GET) ? Future.succeededFuture(Buffer.buffer()) : request.body();
        body.onSuccess(bytes -> guarded(request, () -> {
            ResourceKind kind =
                    kinds.find(path.groupVersion(), path.plural()).orElseThrow(ApiException::noSuchResource);
            respond(new ResourceRequest(verb, kind, path, request, bytes), received);
        }));
    }

    private void respond(ResourceRequest request, ReceivedRequest received) {
        if (request.verb().equals("watch")) {
            WatchScope scope = new WatchScope(request.kind(), request.path().namespace(), request.view()::one);
            watches.open(scope, request.listOptions(), request.http(), received);
        } else if (request.isPodLog()) {
            ApiPath path = request.path();
            podLogs.handle(request.http(), path.namespace(), path.name());
        } else {
            ObjectRequests.Response response = objects.handle(request);
            Responses.json(request.http().response(), response.code(), response.body());
        }
    }

    /** Fails the request when a fault says so; returns whether its connection is closed. */
    private boolean failed(HttpServerRequest request, ReceivedRequest received) {
        failWith(ServerFault.UNAUTHORIZED, received, ApiException.unauthorized());
        failWith(ServerFault.FORBIDDEN, received, ApiException.forbidden("forbidden by an injected fault"));
        failWith(ServerFault.ANSWER_429, received, ApiException.tooManyRequests(1));
        failWith(ServerFault.ANSWER_500, received, ApiException.internalError("injected fault"));
        if (received.isWatch()) {
            failWith(ServerFault.GONE_410_HTTP, received, ApiException.expired("too old resource version"));
            if (received.parameters().containsKey("sendInitialEvents")) {
                failWith(ServerFault.NO_STREAMING_LIST, received, ApiException.streamingListForbidden());
            }
        }
        boolean reset = faults.take(ServerFault.RESET_CONNECTION, received);
        if (reset) {
            Watches.closeConnection(request);
        }
        return reset;
    }

    private void failWith(ServerFault fault, ReceivedRequest request, ApiException error) {
        if (faults.take(fault, request)) {
            throw error;
        }
    }

    /** Sends an {@link ApiException} as a Status, and any other exception as a logged 500. */
    private static void guarded(HttpServerRequest request, Runnable handling) {
        try {
            handling.run();
        } catch (ApiException error) {
            Responses.error(request.response(), error);
        } catch (RuntimeException bug) {
            log.atError().setCause(bug).addKeyValue("uri", request.uri()).log("request failed");
            Responses.error(request.response(), ApiException.internalError(String.valueOf(bug.getMessage())));
        }
    }
}
