package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A drain under way, or over. */
final class Drain {

    private final Timers.Timer deadline;
    private final Promise<Integer> abandoned = Promise.promise();

    Drain(Timers.Timer deadline) {
        this.deadline = deadline;
    }

    /** How many events were abandoned; complete when the drain is over. */
    Future<Integer> abandoned() {
        return abandoned.future();
    }

    boolean isOver() {
        return abandoned.future().isComplete();
    }

    void endIf(boolean nothingHeld) {
        if (nothingHeld && !isOver()) {
            end(0);
        }
    }

    void end(int left) {
        deadline.cancel();
        abandoned.tryComplete(left);
    }
}
