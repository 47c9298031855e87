package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A Lease that outlives the processes; requests and answers take their time, and may be lost, each on its own. */
final class LeaseInMemory {

    private final Timers world;
    private final RandomGenerator random;
    private int version = 1;
    private int made;
    LeaseRecord record = empty();
    double trouble;
    boolean away;
    int refusal;
    int slowest = 30;

    LeaseInMemory(Timers world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    private LeaseRecord empty() {
        return new LeaseRecord("uid-" + made++, "" + version++, "", Optional.empty(), 0, "", Duration.ofSeconds(15));
    }

    /** Deletes it, and makes it anew. */
    void makeAnew() {
        record = empty();
    }

    /** Somebody who is no process of ours changes the object. */
    void touch() {
        record = with("" + version++);
    }

    private LeaseRecord with(String newVersion) {
        return new LeaseRecord(
                record.uid(),
                newVersion,
                record.holder(),
                record.address(),
                record.transitions(),
                record.renewed(),
                record.duration());
    }

    /** The Lease as a process with its own clock sees it. */
    LeaseStore seenBy(Timers process) {
        return new LeaseStore() {
            @Override
            public Future<LeaseRecord> read() {
                return exchange(process, () -> Future.succeededFuture(record));
            }

            @Override
            public Future<LeaseRecord> write(LeaseUpdate claim, String expected) {
                return exchange(process, () -> apply(claim, expected));
            }
        };
    }

    private Future<LeaseRecord> apply(LeaseUpdate claim, String expected) {
        if (!record.version().equals(expected)) {
            return Future.failedFuture(new LeaseException(409, "conflict"));
        }
        record = new LeaseRecord(
                record.uid(),
                "" + version++,
                claim.holder(),
                Optional.ofNullable(claim.address()),
                claim.transitions(),
                claim.renewed().toString(),
                claim.duration());
        return Future.succeededFuture(record);
    }

    private <T> Future<T> exchange(Timers process, Supplier<Future<T>> request) {
        Promise<T> promise = Promise.promise();
        // The process gives up by its own clock, wherever the request is by then.
        process.after(Duration.ofSeconds(5), () -> promise.tryFail(new LeaseException(0, "no answer")));
        boolean lostOnTheWay = random.nextDouble() < trouble;
        boolean lostOnTheWayBack = random.nextDouble() < trouble;
        world.after(delay(), () -> {
            if (away || lostOnTheWay) {
                return;
            }
            Future<T> answer =
                    refusal == 0 ? request.get() : Future.failedFuture(new LeaseException(refusal, "HTTP " + refusal));
            if (!lostOnTheWayBack) {
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
        return Duration.ofMillis(random.nextInt(slowest));
    }
}
