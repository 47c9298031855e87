package dev.apiserversource.samples.embedded;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;

import java.util.List;

/** The {@code log} of pods: what is there, and with {@code follow} what is still to come. */
final class PodLogRequests {

    private static final int LOOK_EVERY_MILLIS = 100;

    private final Vertx vertx;
    private final PodLogs logs;

    PodLogRequests(Vertx vertx, PodLogs logs) {
        this.vertx = vertx;
        this.logs = logs;
    }

    static boolean isMeant(ApiCall call) {
        return call.path().plural().equals("pods")
                && call.path().subresource().equals("log")
                && call.verb().equals("get");
    }

    /** Answers with text; fails with 400 when no program of that pod is known. */
    void answer(HttpServerResponse response, ApiCall call) {
        PodLogs.Log log = log(call.path());
        MultiMap query = call.query();
        int skip = query.contains("tailLines")
                ? Math.max(0, log.lines().size() - Integer.parseInt(query.get("tailLines")))
                : 0;
        response.putHeader("content-type", "text/plain").setChunked(true).writeHead();
        write(response, log.lines().subList(skip, log.lines().size()));
        if ("true".equals(query.get("follow")) && !log.complete()) {
            new Follower(response, call.path(), log.lines().size()).start();
        } else {
            response.end();
        }
    }

    private PodLogs.Log log(ApiPath path) {
        return logs.find(path.namespace(), path.name())
                .orElseThrow(() -> ApiException.badRequest("no program of pod \"" + path.name() + "\" is known"));
    }

    private static void write(HttpServerResponse response, List<String> lines) {
        lines.forEach(line -> response.write(line + "\n"));
    }

    /** Sends what is added to a log until its program has ended or the client is gone. */
    private final class Follower {

        private final HttpServerResponse response;
        private final ApiPath path;
        private int sent;

        Follower(HttpServerResponse response, ApiPath path, int sent) {
            this.response = response;
            this.path = path;
            this.sent = sent;
        }

        void start() {
            long timer = vertx.setPeriodic(LOOK_EVERY_MILLIS, this::look);
            response.closeHandler(closed -> vertx.cancelTimer(timer));
        }

        private void look(long timer) {
            PodLogs.Log log = logs.find(path.namespace(), path.name()).orElse(new PodLogs.Log(List.of(), true));
            write(
                    response,
                    log.lines()
                            .subList(
                                    Math.min(sent, log.lines().size()),
                                    log.lines().size()));
            sent = log.lines().size();
            if (log.complete()) {
                vertx.cancelTimer(timer);
                response.end();
            }
        }
    }
}
