package dev.apiserversource.frame.leader;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** {@code /active}: an answer that lasts for as long as this process holds the Lease. Its end is how those who stand by notice soonest. */
public final class ActiveEndpoint implements Handler<HttpServerRequest> {

    public static final String PATH = "/active";

    /** The query parameter that names whom the caller expects here. */
    public static final String HOLDER = "holder";

    /** More than there will ever be replicas, and few enough that nobody can use up our sockets. */
    private static final int MOST = 16;

    private final String identity;
    private final BooleanSupplier active;
    private final Set<HttpServerResponse> open = new LinkedHashSet<>();

    public ActiveEndpoint(String identity, BooleanSupplier active) {
        this.identity = identity;
        this.active = active;
    }

    @Override
    public void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (!active.getAsBoolean() || !identity.equals(request.getParam(HOLDER))) {
            response.setStatusCode(404).end("is not active here\n");
        } else if (open.size() >= MOST) {
            response.setStatusCode(503).end("enough are connected\n");
        } else {
            open.add(response);
            response.closeHandler(closed -> open.remove(response));
            response.setChunked(true).write(identity + "\n");
        }
    }

    /** Ends all answers. */
    public void end() {
        List.copyOf(open).forEach(HttpServerResponse::end);
        open.clear();
    }
}
