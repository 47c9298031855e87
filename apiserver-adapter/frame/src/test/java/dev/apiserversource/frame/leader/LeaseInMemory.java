package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A Lease shared by simulated processes. Requests and answers are delayed and may be lost. */
final class LeaseInMemory {

    private final Timers world;
    private final RandomGenerator random;
    private int version = 1;
    private int created;
    LeaseRecord record = empty();
    double lossRate;
    boolean away;

    /** Whether the client throws instead of answering. */
    boolean broken;

    int closed;
    int refusal;
    int maxDelayMillis = 30;

    LeaseInMemory(Timers world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    private LeaseRecord empty() {
        return new LeaseRecord("uid-" + created++, "" + version++, "", 0, "", Duration.ofSeconds(15));
    }

    /** Deletes the Lease and creates an empty one. */
    void recreate() {
        record = empty();
    }

    /** Another client changes a field that is not ours. */
    void touch() {
        record = new LeaseRecord(
                record.uid(),
                "" + version++,
                record.holder(),
                record.transitions(),
                record.renewTime(),
                record.duration());
    }

    /** The store of a process with timers of its own. */
    LeaseStore seenBy(Timers process) {
        return new LeaseStore() {
            @Override
            public Future<LeaseRecord> read() {
                throwIfBroken();
                return exchange(process, () -> Future.succeededFuture(record));
            }

            @Override
            public Future<LeaseRecord> write(LeaseRecord.Update update, String expected) {
                throwIfBroken();
                return exchange(process, () -> apply(update, expected));
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    private void throwIfBroken() {
        if (broken) {
            throw new IllegalStateException("the client is closed");
        }
    }

    private Future<LeaseRecord> apply(LeaseRecord.Update update, String expected) {
        if (!record.resourceVersion().equals(expected)) {
            return Future.failedFuture(new LeaseException(409, "conflict"));
        }
        record = new LeaseRecord(
                record.uid(),
                "" + version++,
                update.holder(),
                update.transitions(),
                update.renewTime().toString(),
                update.duration());
        return Future.succeededFuture(record);
    }

    private <T> Future<T> exchange(Timers process, Supplier<Future<T>> request) {
        Promise<T> promise = Promise.promise();
        // The timeout is counted by the clock of the process, which may be frozen.
        process.after(Duration.ofSeconds(5), () -> promise.tryFail(new LeaseException(0, "no answer")));
        boolean requestLost = random.nextDouble() < lossRate;
        boolean answerLost = random.nextDouble() < lossRate;
        world.after(delay(), () -> {
            if (away || requestLost) {
                return;
            }
            Future<T> answer =
                    refusal == 0 ? request.get() : Future.failedFuture(new LeaseException(refusal, "HTTP " + refusal));
            if (!answerLost) {
                process.after(
                        delay(),
                        () -> answer.onComplete(result -> {
                            if (result.succeeded()) {
                                promise.tryComplete(result.result());
                            } else {
                                promise.tryFail(result.cause());
                            }
                        }));
            }
        });
        return promise.future();
    }

    private Duration delay() {
        return Duration.ofMillis(random.nextInt(maxDelayMillis));
    }
}
