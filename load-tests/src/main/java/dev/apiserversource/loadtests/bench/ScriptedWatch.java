package dev.apiserversource.loadtests.bench;

import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.ApiRequest;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;

/**
 * An API server that exists only for one caller on one thread: it knows Pods, has none, and sends the frames it is given into the one
 * watch that is opened.
 */
final class ScriptedWatch implements ApiClient {

    private static final String DISCOVERY = """
            {"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod",\
            "namespaced":true,"kind":"Pod","verbs":["get","list","watch"]}]}""";

    private static final String NO_OBJECTS = """
            {"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"1",\
            "annotations":{"k8s.io/initial-events-end":"true"}}}}
            """;

    private final Queue<Runnable> later = new ArrayDeque<>();
    private @Nullable ResponseListener watch;

    @Override
    public Exchange get(ApiRequest request, ResponseListener listener) {
        if (request.pathAndQuery().contains("watch=")) {
            watch = listener;
            return answering(listener, NO_OBJECTS, false);
        }
        return answering(listener, DISCOVERY, true);
    }

    /** Does what is due; to be called until the watch is open. */
    void runPending() {
        for (Runnable next = later.poll(); next != null; next = later.poll()) {
            next.run();
        }
    }

    /** Sends one chunk into the watch. */
    void send(byte[] chunk) {
        Objects.requireNonNull(watch, "no watch yet").onChunk(chunk);
    }

    private Exchange answering(ResponseListener listener, String body, boolean ends) {
        later.add(() -> listener.onHead(200, Optional.empty()));
        return new Scripted(
                () -> listener.onChunk(body.getBytes(StandardCharsets.UTF_8)), ends ? listener::onEnd : () -> {});
    }

    /** Gives its body at the first pull and, where it has one, its end at the second. */
    private final class Scripted implements Exchange {

        private final Queue<Runnable> parts = new ArrayDeque<>();

        Scripted(Runnable body, Runnable end) {
            parts.add(body);
            parts.add(end);
        }

        @Override
        public void pull() {
            Runnable next = parts.poll();
            if (next != null) {
                later.add(next);
            }
        }

        @Override
        public void cancel() {
            parts.clear();
        }
    }
}
