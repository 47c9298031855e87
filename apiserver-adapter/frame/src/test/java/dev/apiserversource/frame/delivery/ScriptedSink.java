package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.util.ArrayList;
import java.util.List;

/** A sink whose attempts a test completes one by one. */
public final class ScriptedSink implements Sink {

    public record Attempt(CloudEvent event, Promise<Void> answer) {

        public void accept() {
            answer.complete();
        }

        public void fail(Throwable failure) {
            answer.fail(failure);
        }
    }

    private final List<Attempt> attempts = new ArrayList<>();

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Attempt attempt = new Attempt(event, Promise.promise());
        attempts.add(attempt);
        return attempt.answer.future();
    }

    public List<String> ids() {
        return attempts.stream().map(attempt -> attempt.event.getId()).toList();
    }

    public int size() {
        return attempts.size();
    }

    public Attempt attempt(int number) {
        return attempts.get(number);
    }

    public Attempt last() {
        return attempts.get(attempts.size() - 1);
    }
}
