package dev.apiserversource.loadtests.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Runs many writes on a bounded number of threads. */
public final class ParallelWrites implements AutoCloseable {

    private final ExecutorService threads;

    /** Writes with that many threads. */
    public ParallelWrites(int threads) {
        this.threads = Executors.newFixedThreadPool(threads);
    }

    /**
     * Runs {@code write} for 0 to {@code count} - 1 and waits for all of them.
     *
     * @return the time from the first start to the last end
     * @throws IllegalStateException when a write failed
     */
    public Duration run(int count, IntConsumer write) {
        long begin = System.nanoTime();
        await(start(count, write));
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** As {@link #run}, without waiting. */
    public List<Future<?>> start(int count, IntConsumer write) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            running.add(threads.submit(() -> write.accept(number)));
        }
        return running;
    }

    /**
     * Waits for all writes that {@link #start} returned.
     *
     * @throws IllegalStateException when one of them failed, with the first failure as its cause
     */
    public static void await(List<Future<?>> running) {
        List<Throwable> failures = new ArrayList<>();
        running.forEach(write -> await(write, failures));
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a write failed", failures.get(0));
        }
    }

    private static void await(Future<?> write, List<Throwable> failures) {
        try {
            write.get();
        } catch (ExecutionException e) {
            failures.add(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add(e);
        }
    }

    /** Waits up to a minute for the running writes, then closes. */
    void finish() {
        threads.shutdown();
        try {
            threads.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
