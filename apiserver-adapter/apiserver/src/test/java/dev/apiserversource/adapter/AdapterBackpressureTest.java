package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** While the sink is away the adapter holds so much and no more, and leaves the rest with the API server. */
class AdapterBackpressureTest {

    private static final int LIMIT = 50;
    private static final int OBJECTS = 3_000;

    /** More than the sockets between the two can take in. */
    private static final String LARGE = "x".repeat(6_000);

    @RegisterExtension
    final AdapterWorld world = new AdapterWorld();

    @Test
    void stopsReadingWhileTheSinkIsAwayAndLosesNothing() {
        AtomicInteger mostHeld = new AtomicInteger();
        world.with("ADAPTER_MAX_HELD_EVENTS", Integer.toString(LIMIT)).startAndWatch();
        Await.result(world.sink().startFailing(SinkFault.REFUSE_CONNECTION));
        IntStream.range(0, OBJECTS).forEach(i -> world.create("o" + i, LARGE));

        world.until("the API server lets go of a watch that is not read", () -> {
            mostHeld.accumulateAndGet((int) world.gauge("apiserversource.pending.events"), Math::max);
            return world.server().openWatches() == 0;
        });
        assertThat(mostHeld).hasValueBetween(1, LIMIT);
        assertThat(world.gauge("apiserversource.indexed.objects")).isLessThanOrEqualTo(LIMIT);

        Await.result(world.sink().mend());
        world.until("all have come", () -> {
            mostHeld.accumulateAndGet((int) world.gauge("apiserversource.pending.events"), Math::max);
            return world.sink().accepted().size() >= OBJECTS;
        });
        assertThat(mostHeld).hasValueLessThanOrEqualTo(LIMIT);
        assertThat(world.accepted()).hasSize(OBJECTS).doesNotHaveDuplicates();
    }

    @Test
    void anObjectThatIsNeverTakenStopsTheOthersOnlyAtTheBound() {
        AtomicInteger mostHeld = new AtomicInteger();
        world.with("ADAPTER_MAX_HELD_EVENTS", "20").startAndWatch();
        Await.result(
                world.sink().startFailing(SinkFault.STATUS_503, event -> "poison".equals(event.getExtension("name"))));
        world.create("poison", "1");
        IntStream.range(0, 18).forEach(i -> {
            world.update("poison", "before" + i);
            world.create("o" + i, "1");
        });
        world.until("the others go on", () -> world.accepted().size() == 18);
        world.update("poison", "the twentieth");
        world.create("late", "1");
        IntStream.range(0, 40).forEach(i -> world.update("poison", "after" + i));
        world.until("the bound is reached", () -> world.gauge("apiserversource.pending.events") == 20);
        int attempts = world.sink().received().size();
        world.until("it is tried again and again", () -> {
            mostHeld.accumulateAndGet((int) world.gauge("apiserversource.pending.events"), Math::max);
            return world.sink().received().size() >= attempts + 2;
        });
        assertThat(world.accepted()).as("the stream waits").hasSize(18).doesNotContain("add late");
        assertThat(mostHeld).hasValue(20);

        Await.result(world.sink().mend());
        world.until("all have come", () -> {
            mostHeld.accumulateAndGet((int) world.gauge("apiserversource.pending.events"), Math::max);
            return world.accepted().size() == 18 + 60 + 1;
        });
        assertThat(mostHeld).hasValue(20);
        assertThat(world.accepted()).contains("add late");
        assertThat(world.sink().accepted().stream()
                        .filter(event -> "poison".equals(event.getExtension("name")))
                        .map(event -> Integer.parseInt(String.valueOf(event.getExtension("resourceversion")))))
                .hasSize(60)
                .isSorted();
    }

    @Test
    void countsBytesToo() {
        world.with("ADAPTER_MAX_HELD_BYTES", "20000").startAndWatch();
        Await.result(world.sink().startFailing(SinkFault.STATUS_503));
        IntStream.range(0, 100).forEach(i -> world.create("o" + i, LARGE));
        world.until("it is full", () -> world.gauge("apiserversource.pending.bytes") >= 20_000);
        assertThat(world.gauge("apiserversource.pending.events")).isLessThanOrEqualTo(3);
        Await.result(world.sink().mend());

        world.until("all have come", () -> world.sink().accepted().size() >= 100);
        assertThat(world.accepted()).hasSize(100).doesNotHaveDuplicates();
    }
}
