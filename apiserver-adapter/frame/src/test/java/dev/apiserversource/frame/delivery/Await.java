package dev.apiserversource.frame.delivery;

import io.vertx.core.Future;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Blocks the thread of a test until a future completes. */
public final class Await {

    private static final long SECONDS = 60;

    private Await() {}

    /** The result of {@code future}. A failure becomes the cause of an {@link AssertionError}. */
    public static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed", e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("not within " + SECONDS + " s", e);
        }
    }

    /** The failure of {@code future}. */
    public static Throwable failure(Future<?> future) {
        return result(future.transform(done -> done.failed()
                ? Future.succeededFuture(done.cause())
                : Future.failedFuture("succeeded with " + done.result())));
    }
}
