package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** While the sink is away, pending events stay below a bound and the rest stays with the API server. */
class AdapterBackpressureTest {

    private static final int LIMIT = 50;
    private static final int OBJECTS = 3_000;

    /** More than fits into the buffers of the connections. */
    private static final String LARGE = "x".repeat(6_000);

    @RegisterExtension
    final AdapterFixture fixture = new AdapterFixture();

    @Test
    void stopsReadingWhileTheSinkIsAwayAndLosesNothing() {
        AtomicInteger maxPending = new AtomicInteger();
        AdapterUnderTest adapter = fixture.with("ADAPTER_MAX_PENDING_EVENTS", Integer.toString(LIMIT))
                .startAndWatch();
        Await.result(fixture.sink().startFailing(SinkFault.REFUSE_CONNECTION));
        IntStream.range(0, OBJECTS).forEach(i -> fixture.create("o" + i, LARGE));

        fixture.until("the API server closes the watch that is not read", () -> {
            maxPending.accumulateAndGet((int) adapter.gauge("apiserversource.pending.events"), Math::max);
            return fixture.server().openWatches() == 0;
        });
        assertThat(maxPending).hasValueBetween(1, LIMIT);
        assertThat(adapter.gauge("apiserversource.indexed.objects")).isLessThanOrEqualTo(LIMIT);

        Await.result(fixture.sink().mend());
        fixture.until("all are delivered", () -> {
            maxPending.accumulateAndGet((int) adapter.gauge("apiserversource.pending.events"), Math::max);
            return fixture.sink().accepted().size() >= OBJECTS;
        });
        assertThat(maxPending).hasValueLessThanOrEqualTo(LIMIT);
        assertThat(fixture.accepted()).hasSize(OBJECTS).doesNotHaveDuplicates();
    }

    @Test
    void anObjectThatTheSinkRefusesStopsTheOthersOnlyAtTheBound() {
        AtomicInteger maxPending = new AtomicInteger();
        AdapterUnderTest adapter =
                fixture.with("ADAPTER_MAX_PENDING_EVENTS", "20").startAndWatch();
        Await.result(fixture.sink()
                .startFailing(SinkFault.STATUS_503, event -> "poison".equals(event.getExtension("name"))));
        fixture.create("poison", "1");
        IntStream.range(0, 18).forEach(i -> {
            fixture.update("poison", "before" + i);
            fixture.create("o" + i, "1");
        });
        fixture.until("the others are delivered", () -> fixture.accepted().size() == 18);
        fixture.update("poison", "the twentieth");
        fixture.create("late", "1");
        IntStream.range(0, 40).forEach(i -> fixture.update("poison", "after" + i));
        fixture.until("the bound is reached", () -> adapter.gauge("apiserversource.pending.events") == 20);
        int attempts = fixture.sink().received().size();
        fixture.until("it is retried", () -> {
            maxPending.accumulateAndGet((int) adapter.gauge("apiserversource.pending.events"), Math::max);
            return fixture.sink().received().size() >= attempts + 2;
        });
        assertThat(fixture.accepted()).as("the stream waits").hasSize(18).doesNotContain("add late");
        assertThat(maxPending).hasValue(20);

        Await.result(fixture.sink().mend());
        fixture.until("all are delivered", () -> {
            maxPending.accumulateAndGet((int) adapter.gauge("apiserversource.pending.events"), Math::max);
            return fixture.accepted().size() == 18 + 60 + 1;
        });
        assertThat(maxPending).hasValue(20);
        assertThat(fixture.accepted()).contains("add late");
        assertThat(fixture.sink().accepted().stream()
                        .filter(event -> "poison".equals(event.getExtension("name")))
                        .map(event -> Integer.parseInt(String.valueOf(event.getExtension("resourceversion")))))
                .hasSize(60)
                .isSorted();
    }

    @Test
    void boundsPendingBytes() {
        AdapterUnderTest adapter =
                fixture.with("ADAPTER_MAX_PENDING_BYTES", "20000").startAndWatch();
        Await.result(fixture.sink().startFailing(SinkFault.STATUS_503));
        IntStream.range(0, 100).forEach(i -> fixture.create("o" + i, LARGE));
        fixture.until("the bound is reached", () -> adapter.gauge("apiserversource.pending.bytes") >= 20_000);
        assertThat(adapter.gauge("apiserversource.pending.events")).isLessThanOrEqualTo(3);
        Await.result(fixture.sink().mend());

        fixture.until("all are delivered", () -> fixture.sink().accepted().size() >= 100);
        assertThat(fixture.accepted()).hasSize(100).doesNotHaveDuplicates();
    }
}
