package dev.apiserversource.adapter.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.util.ArrayList;
import java.util.List;

/** A sink whose answers a test gives by hand, one attempt after the other. */
final class ScriptedSink implements Sink {

    record Attempt(CloudEvent event, Promise<Void> answer) {

        void accept() {
            answer.complete();
        }

        void fail(Throwable failure) {
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

    List<String> ids() {
        return attempts.stream().map(attempt -> attempt.event.getId()).toList();
    }

    int size() {
        return attempts.size();
    }

    Attempt attempt(int number) {
        return attempts.get(number);
    }

    Attempt last() {
        return attempts.get(attempts.size() - 1);
    }
}
