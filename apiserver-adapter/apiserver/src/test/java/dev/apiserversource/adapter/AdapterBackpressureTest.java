package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkFault;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** While the sink is away, pending events stay below a bound and the rest stays with the API server. */
class AdapterBackpressureTest {

    private static final int LIMIT = 50;
    private static final int OBJECTS = 3_000;

    /** More than fits into the buffers of the connections. */
    private static final String LARGE = "x".repeat(6_000);

    private static final String CONFIG_MAPS =
            "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}";

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
    void anObjectThatTheSinkRefusesStopsNoOther() {
        AdapterUnderTest adapter = fixture.with("ADAPTER_MAX_PENDING_EVENTS", "20")
                .watch("\"mode\":\"Resource\",\"gaps\":\"Emit\"", CONFIG_MAPS)
                .startAndWatch();
        Await.result(fixture.sink()
                .startFailing(SinkFault.STATUS_503, event -> "refused".equals(event.getExtension("name"))));
        fixture.create("refused", "1");
        IntStream.rangeClosed(1, 60).forEach(i -> {
            fixture.update("refused", "state " + i);
            fixture.create("o" + i, "1");
        });
        fixture.until("the others are delivered", () -> fixture.accepted().size() == 60);
        fixture.until("two of the object are pending", () -> adapter.gauge("apiserversource.pending.events") == 2);

        Await.result(fixture.sink().mend());
        fixture.until(
                "the object and its gap are delivered", () -> fixture.accepted().size() == 63);

        assertThat(fixture.accepted("refused")).containsExactly("add refused", "update refused", "gap refused");
        CloudEvent newest = fixture.sink().accepted().get(61);
        assertThat(data(newest)).contains("\"state 60\"");
        CloudEvent gap = fixture.sink().accepted().get(62);
        assertThat(gap.getSubject()).isEqualTo(newest.getSubject());
        assertThat(data(gap)).contains("\"reason\":\"superseded\"", "\"superseded\":59");
        assertThat(adapter.count("apiserversource.events.superseded")).isEqualTo(59);
    }

    private static String data(CloudEvent event) {
        return new String(event.getData().toBytes(), StandardCharsets.UTF_8);
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
