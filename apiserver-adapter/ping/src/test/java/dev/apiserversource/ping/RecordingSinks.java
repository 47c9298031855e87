package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.Delivery.OpenSink;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Sinks by host, in simulated time. Each answers after a moment, or not at all while it is away. */
final class RecordingSinks implements Function<DeliverySettings, OpenSink> {

    private static final Duration ANSWER = Duration.ofMillis(20);

    private final Timers timers;
    private final int maxInFlight;
    private final Set<String> away = new HashSet<>();
    private final Map<String, List<Runnable>> unanswered = new HashMap<>();
    private final List<CloudEvent> accepted = new ArrayList<>();
    private final List<Runnable> queued = new ArrayList<>();
    private int inFlight;
    private int mostPending;

    RecordingSinks(Timers timers, int maxInFlight) {
        this.timers = timers;
        this.maxInFlight = maxInFlight;
    }

    void goAway(String host) {
        away.add(host);
    }

    void comeBack(String host) {
        away.remove(host);
        unanswered.getOrDefault(host, List.of()).forEach(Runnable::run);
        unanswered.remove(host);
    }

    List<CloudEvent> accepted() {
        return accepted;
    }

    /** The ticks that were sent, with repeats, as {@code uid time}. */
    List<String> ticks() {
        return accepted.stream()
                .map(event -> name(event) + " " + event.getTime())
                .toList();
    }

    /** The ticks of one source. */
    List<String> ticks(String uid) {
        return ticks().stream().filter(tick -> tick.startsWith(uid + " ")).toList();
    }

    private static String name(CloudEvent event) {
        return Stream.of(event.getSource().getPath().split("/")).reduce("", (before, last) -> last);
    }

    /** The largest number of events that were not answered at one time. */
    int mostPending() {
        return mostPending;
    }

    @Override
    public OpenSink apply(DeliverySettings settings) {
        String host = settings.sink().url().getHost();
        return new OpenSink() {

            private boolean closed;

            @Override
            public Future<Void> deliver(CloudEvent event) {
                Promise<Void> answer = Promise.promise();
                enqueue(() -> attempt(event, answer));
                return answer.future();
            }

            private void attempt(CloudEvent event, Promise<Void> answer) {
                if (away.contains(host)) {
                    unanswered.computeIfAbsent(host, first -> new ArrayList<>()).add(() -> accept(event, answer));
                    ended();
                    return;
                }
                timers.after(ANSWER, () -> {
                    ended();
                    accept(event, answer);
                });
            }

            private void accept(CloudEvent event, Promise<Void> answer) {
                if (!closed) {
                    accepted.add(event);
                    answer.complete();
                }
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }

    private void enqueue(Runnable attempt) {
        queued.add(attempt);
        mostPending = Math.max(mostPending, queued.size() + inFlight);
        next();
    }

    private void ended() {
        inFlight--;
        next();
    }

    private void next() {
        while (inFlight < maxInFlight && !queued.isEmpty()) {
            inFlight++;
            queued.remove(0).run();
        }
    }
}
