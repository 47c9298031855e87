package dev.apiserversource.samples.quickstart;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Hands each displayed event on to the screen and notes which of the expected phrases have come by. */
final class Displayed implements Consumer<String> {

    private final Consumer<String> screen;
    private final Set<String> missing;
    private final CountDownLatch complete = new CountDownLatch(1);

    Displayed(Consumer<String> screen, Collection<String> expected) {
        this.screen = screen;
        this.missing = new LinkedHashSet<>(expected);
    }

    @Override
    public void accept(String event) {
        screen.accept(event);
        synchronized (missing) {
            missing.removeIf(event::contains);
            if (missing.isEmpty()) {
                complete.countDown();
            }
        }
    }

    /** Waits at most {@code timeout} for every expected phrase to be displayed, and returns those that were not. */
    Set<String> missingAfter(Duration timeout) throws InterruptedException {
        boolean ignored = complete.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        synchronized (missing) {
            return Set.copyOf(missing);
        }
    }
}
