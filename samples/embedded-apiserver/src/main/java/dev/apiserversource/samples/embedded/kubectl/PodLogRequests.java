package dev.apiserversource.samples.embedded.kubectl;

import dev.apiserversource.samples.embedded.store.ApiException;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import java.util.List;

/** The subresource {@code pods/log}, with {@code tailLines} and {@code follow}. */
public final class PodLogRequests {

    private static final int POLL_MILLIS = 100;

    private final Vertx vertx;
    private final PodLogs logs;

    /** Serves {@code logs}. */
    public PodLogRequests(Vertx vertx, PodLogs logs) {
        this.vertx = vertx;
        this.logs = logs;
    }

    /** Responds with text; 400 when the pod has no program. */
    public void handle(HttpServerRequest request, String namespace, String pod) {
        PodLogs.Log log = logs.find(namespace, pod)
                .orElseThrow(() -> ApiException.badRequest("pod \"" + pod + "\" has no program"));
        MultiMap query = request.params();
        int size = log.lines().size();
        int skipped = query.contains("tailLines") ? Math.max(0, size - Integer.parseInt(query.get("tailLines"))) : 0;
        HttpServerResponse response = request.response();
        response.putHeader("content-type", "text/plain").setChunked(true).writeHead();
        write(response, log.from(skipped));
        if ("true".equals(query.get("follow")) && !log.complete()) {
            follow(response, namespace, pod, size);
        } else {
            response.end();
        }
    }

    /** Sends new lines until the program ends or the client disconnects. */
    private void follow(HttpServerResponse response, String namespace, String pod, int alreadySent) {
        int[] sent = {alreadySent};
        long poll = vertx.setPeriodic(POLL_MILLIS, timer -> {
            PodLogs.Log log = logs.find(namespace, pod).orElse(new PodLogs.Log(List.of(), true));
            write(response, log.from(sent[0]));
            sent[0] = log.lines().size();
            if (log.complete()) {
                vertx.cancelTimer(timer);
                response.end();
            }
        });
        response.closeHandler(closed -> vertx.cancelTimer(poll));
    }

    private static void write(HttpServerResponse response, List<String> lines) {
        lines.forEach(line -> response.write(line + "\n"));
    }
}
