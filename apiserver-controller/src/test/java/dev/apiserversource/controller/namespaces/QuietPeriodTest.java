package dev.apiserversource.controller.namespaces;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class QuietPeriodTest {

    private final List<String> passedOn = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private Duration dueAt = Duration.ofDays(1);
    private Runnable task = () -> {};

    private final QuietPeriod quiet = new QuietPeriod(
            event -> passedOn.add(event.getRelatedCustomResourceID().getName()),
            Duration.ofSeconds(5),
            () -> now.toNanos(),
            (delay, check) -> {
                dueAt = now.plus(delay);
                task = check;
            });

    @Test
    void burstIsOneEventForEachObject() {
        for (int i = 0; i < 200; i++) {
            event("a");
            advance(Duration.ofMillis(20));
        }
        event("b");
        assertThat(passedOn).isEmpty();
        advance(Duration.ofSeconds(5));
        assertThat(passedOn).containsExactly("a", "b");
    }

    @Test
    void eventsThatNeverPauseArePassedOnAfterTenPeriods() {
        for (int i = 0; i < 50; i++) {
            event("a");
            advance(Duration.ofSeconds(1));
        }
        assertThat(passedOn).containsExactly("a");
    }

    @Test
    void nextBurstStartsANewPeriod() {
        event("a");
        advance(Duration.ofSeconds(5));
        advance(Duration.ofMinutes(1));
        event("a");
        advance(Duration.ofSeconds(4));
        assertThat(passedOn).containsExactly("a");
        advance(Duration.ofSeconds(1));
        assertThat(passedOn).containsExactly("a", "a");
    }

    private void event(String name) {
        quiet.handleEvent(new Event(new ResourceID(name, "shop")));
    }

    private void advance(Duration step) {
        Duration end = now.plus(step);
        while (dueAt.compareTo(end) <= 0) {
            now = dueAt;
            dueAt = Duration.ofDays(1);
            task.run();
        }
        now = end;
    }
}
