package dev.apiserversource.samples.eventviewer;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** All browsers that listen. */
final class EventStreams {

    /** How many may listen at once. */
    static final int MAX_STREAMS = 64;

    private final Settings settings;
    private final EventHistory history;
    private final RateCounter rate;
    private final Clock clock;
    private final String epoch = UUID.randomUUID().toString();
    private final Set<EventStream> streams = new LinkedHashSet<>();

    EventStreams(Settings settings, EventHistory history, RateCounter rate, Clock clock) {
        this.settings = settings;
        this.history = history;
        this.rate = rate;
        this.clock = clock;
    }

    /**
     * Answers {@code request} with a stream. The header Last-Event-ID, or the parameter {@code after}, names the last
     * event that the browser has; without one, or with one of another process, the stream begins with the oldest event.
     */
    void open(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (streams.size() >= MAX_STREAMS) {
            response.setStatusCode(503)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("there are " + MAX_STREAMS + " listeners already: close a page\n");
            return;
        }
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                // Proxies that buffer would show nothing for a long time.
                .putHeader("X-Accel-Buffering", "no");
        String header = request.getHeader("Last-Event-ID");
        long next = next(header == null ? request.getParam("after") : header);
        EventStream stream = new EventStream(response, history, rate, epoch, next, now());
        streams.add(stream);
        response.closeHandler(closed -> streams.remove(stream));
        // A page that is closed is no error; without these handlers Vert.x logs one.
        request.exceptionHandler(lost -> streams.remove(stream));
        response.exceptionHandler(lost -> streams.remove(stream));
        stream.start(Messages.hello(epoch, settings));
        stream.tick(now());
    }

    /** There is a new event. */
    void proceed() {
        // A copy: writing may close a stream, which removes it.
        List.copyOf(streams).forEach(EventStream::proceed);
    }

    /** Called every second. */
    void tick() {
        long now = now();
        List.copyOf(streams).forEach(stream -> stream.tick(now));
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private long next(@Nullable String id) {
        String prefix = epoch + "-";
        if (id != null && id.startsWith(prefix)) {
            try {
                long after = Long.parseLong(id.substring(prefix.length()));
                if (after >= 0 && after <= history.total()) {
                    return after + 1;
                }
            } catch (NumberFormatException notOurs) {
                // As without one.
            }
        }
        return history.oldest();
    }
}
