package dev.apiserversource.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.checkpoint.CheckpointInspector;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static dev.apiserversource.samples.embedded.fault.ServerFault.NO_STREAMING_LIST;
import static org.assertj.core.api.Assertions.assertThat;

/** An adapter that is killed, and the next one, which resumes from its checkpoint. */
class AdapterRestartTest {

    private static final String CONFIG_MAPS =
            "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}";
    private static final String GAP = "dev.apiserversource.gap";

    @RegisterExtension
    final AdapterFixture fixture = new AdapterFixture();

    private final CheckpointInspector kept =
            new CheckpointInspector("kept", name -> fixture.server().store().find("v1", "ConfigMap", "default", name));

    /** How a stream lists. */
    private enum Listing {
        STREAMING,
        IN_PAGES;

        void arrange(AdapterFixture fixture) {
            if (this == IN_PAGES) {
                fixture.server().faults().on(NO_STREAMING_LIST);
            }
        }
    }

    @BeforeEach
    void keepACheckpoint() {
        fixture.with("CHECKPOINT_NAME", "kept").watch("\"mode\":\"Resource\",\"gaps\":\"Emit\"", CONFIG_MAPS);
    }

    private void awaitSettled(ObjectNode object) {
        String name = object.at("/metadata/name").asText();
        String version = object.at("/metadata/resourceVersion").asText();
        fixture.until(name + " is settled", () -> version.equals(kept.settled().get(name)));
    }

    private List<CloudEvent> gaps() {
        return fixture.sink().received().stream()
                .map(FixtureSink.Received::event)
                .filter(event -> event.getType().equals(GAP))
                .toList();
    }

    /** What the sink has accepted, each id once: a request of a killed adapter may arrive after that of the next. */
    private List<String> delivered() {
        Map<String, String> byId = new LinkedHashMap<>();
        fixture.sink().accepted().forEach(event -> byId.put(event.getId(), AdapterFixture.summary(event)));
        return List.copyOf(byId.values());
    }

    private static String data(CloudEvent event) {
        return new String(event.getData().toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void afterAKillPendingAndMissedChangesAreDeliveredOnce() {
        fixture.create("old", "1");
        AdapterUnderTest first = fixture.startAndWatch();
        fixture.create("a", "1");
        ObjectNode b = fixture.create("b", "1");
        awaitSettled(b);
        Await.result(fixture.sink().startFailing(SinkFault.STATUS_503));
        fixture.update("a", "2");
        fixture.create("c", "1");
        fixture.until("both are pending", () -> first.gauge("apiserversource.pending.events") == 2);
        assertThat(first.gauge("apiserversource.low.watermark.lag.seconds")).isPositive();
        first.kill();
        fixture.delete("b");
        fixture.delete("old");
        fixture.create("d", "1");
        Await.result(fixture.sink().mend());
        AdapterUnderTest second = fixture.startAndWatch();
        fixture.awaitAccepted("update a", "add c", "delete b", "delete old", "add d");

        assertThat(delivered())
                .containsExactlyInAnyOrder("add a", "add b", "update a", "add c", "delete b", "delete old", "add d");
        assertThat(gaps()).isEmpty();
        fixture.until(
                "the low-water mark has caught up",
                () -> second.gauge("apiserversource.low.watermark.lag.seconds") == 0);
    }

    @Test
    void anUndeliveredGapIsDeliveredByTheNextAdapter() {
        fixture.create("gone", "1");
        ObjectNode changed = fixture.create("changed", "1");
        AdapterUnderTest first = fixture.startAndWatch();
        awaitSettled(changed);
        first.kill();
        fixture.delete("gone");
        ObjectNode now = fixture.update("changed", "2");
        fixture.create("new", "1");
        fixture.server().store().compact();
        Await.result(fixture.sink()
                .startFailing(SinkFault.STATUS_503, event -> event.getType().equals(GAP)));
        AdapterUnderTest second = fixture.startAndWatch();
        fixture.awaitAccepted("delete gone", "update changed", "add new");
        awaitSettled(now);
        fixture.until("the gap was sent", () -> !gaps().isEmpty() && kept.unsettledGaps() == 1);
        CloudEvent gap = gaps().get(0);
        second.kill();
        fixture.create("later", "1");
        Await.result(fixture.sink().mend());
        AdapterUnderTest third = fixture.startAndWatch();
        fixture.awaitAccepted("add later", "gap null");

        assertThat(data(gap)).contains("\"reason\":\"gone\"", "\"adds\":1,\"updates\":1,\"deletes\":1");
        assertThat(gaps()).allSatisfy(again -> {
            assertThat(again.getId()).isEqualTo(gap.getId());
            assertThat(data(again)).isEqualTo(data(gap));
        });
        assertThat(third.count("apiserversource.relists", "reason", "unfinished"))
                .as("the low-water mark passes the gap")
                .isZero();
        assertThat(delivered())
                .containsExactlyInAnyOrder("delete gone", "update changed", "add new", "add later", "gap null");
        fixture.until("it is settled", () -> kept.unsettledGaps() == 0);
    }

    /** 620 objects are two pages. The sink accepts 530 of them, then none until the next adapter has started. */
    @ParameterizedTest
    @EnumSource(Listing.class)
    void anInterruptedInitialStateIsCompletedByTheNextAdapter(Listing listing) {
        listing.arrange(fixture);
        IntStream.range(0, 620).forEach(i -> fixture.create("o" + i, "1"));
        fixture.with("ADAPTER_MAX_PENDING_EVENTS", "20")
                .watch("\"mode\":\"Resource\",\"gaps\":\"Emit\",\"initialState\":\"Emit\"", CONFIG_MAPS);
        AtomicInteger taken = new AtomicInteger();
        Await.result(fixture.sink()
                .startFailing(SinkFault.STATUS_503, event -> taken.get() >= 530 || taken.incrementAndGet() < 0));
        AdapterUnderTest first = fixture.start();
        fixture.until("so many are settled", () -> kept.settled().size() == 530);
        fixture.until("it is full", () -> first.gauge("apiserversource.pending.events") == 20);
        first.kill();

        Set<String> settled = kept.settled().keySet();
        String deleted = settled.iterator().next();
        fixture.delete(deleted);
        String held = fixture.sink().received().stream()
                .filter(received -> !received.accepted())
                .map(received -> String.valueOf(received.event().getExtension("name")))
                .findFirst()
                .orElseThrow();
        fixture.delete(held);
        Set<String> read = Set.copyOf(fixture.sink().received().stream()
                .map(received -> String.valueOf(received.event().getExtension("name")))
                .toList());
        String unread = IntStream.range(0, 620)
                .mapToObj(i -> "o" + i)
                .filter(name -> !read.contains(name))
                .findFirst()
                .orElseThrow();
        fixture.delete(unread);
        Await.result(fixture.sink().mend());
        fixture.startAndWatch();
        fixture.awaitAccepted("delete " + deleted, "delete " + held, "gap null");

        List<String> expected = Stream.concat(
                        IntStream.range(0, 620).mapToObj(i -> "add o" + i).filter(add -> !add.equals("add " + unread)),
                        Stream.of("delete " + deleted, "delete " + held, "gap null"))
                .toList();
        // The sink may have accepted it before the first adapter was killed, so its deletion has to be emitted.
        assertThat(withOnly(delivered(), "add " + held)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(data(gaps().get(0)))
                .contains("\"reason\":\"unfinished\",\"from\":\"\"", "\"adds\":88,\"updates\":0,\"deletes\":2");
    }

    private static List<String> withOnly(List<String> delivered, String optional) {
        return Stream.concat(delivered.stream().filter(one -> !one.equals(optional)), Stream.of(optional))
                .toList();
    }
}
