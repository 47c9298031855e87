package dev.apiserversource.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.checkpoint.CheckpointInspector;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static dev.apiserversource.samples.embedded.fault.Fault.NO_STREAMING_LIST;
import static org.assertj.core.api.Assertions.assertThat;

/** Adapters that are killed, and the next ones, which find in the cluster how far those had come. */
class AdapterRestartTest {

    private static final String CONFIG_MAPS =
            "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}";
    private static final String GAP = "dev.apiserversource.gap";

    @RegisterExtension
    final AdapterWorld world = new AdapterWorld(EmbeddedApiServerOptions.defaults());

    private final CheckpointInspector kept =
            new CheckpointInspector("kept", name -> world.server().store().find("v1", "ConfigMap", "default", name));
    private final List<KillableAdapter> adapters = new ArrayList<>();

    /** How a stream lists. */
    private enum Listing {
        STREAMING,
        IN_PAGES;

        void arrange(AdapterWorld world) {
            if (this == IN_PAGES) {
                world.server().faults().on(NO_STREAMING_LIST);
            }
        }
    }

    @BeforeEach
    void keepACheckpoint() {
        world.with("CHECKPOINT_NAME", "kept").watch("\"mode\":\"Resource\",\"gaps\":\"Emit\"", CONFIG_MAPS);
    }

    @AfterEach
    void stopTheLast() {
        adapters.get(adapters.size() - 1).stop();
    }

    private KillableAdapter start() {
        KillableAdapter adapter = world.startMortal();
        adapters.add(adapter);
        return adapter;
    }

    private KillableAdapter startAndWatch() {
        KillableAdapter adapter = start();
        world.until("the watch is open", () -> adapter.gauge("apiserversource.streams.open") == 1);
        return adapter;
    }

    private void awaitSettled(ObjectNode object) {
        String name = object.at("/metadata/name").asText();
        String version = object.at("/metadata/resourceVersion").asText();
        world.until(name + " is settled", () -> version.equals(kept.settled().get(name)));
    }

    private List<CloudEvent> gaps() {
        return world.sink().received().stream()
                .map(FixtureSink.Received::event)
                .filter(event -> event.getType().equals(GAP))
                .toList();
    }

    /** What the sink has accepted, each id once: what a killed adapter had sent may still arrive after the next has sent it. */
    private List<String> told() {
        Map<String, String> byId = new LinkedHashMap<>();
        world.sink().accepted().forEach(event -> byId.put(event.getId(), AdapterWorld.summary(event)));
        return List.copyOf(byId.values());
    }

    private static String data(CloudEvent event) {
        return new String(event.getData().toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whatAKilledAdapterHeldAndWhatHappenedMeanwhileComesOutOnce() {
        world.create("old", "1");
        KillableAdapter first = startAndWatch();
        world.create("a", "1");
        ObjectNode b = world.create("b", "1");
        awaitSettled(b);
        Await.result(world.sink().startFailing(SinkFault.STATUS_503));
        world.update("a", "2");
        world.create("c", "1");
        world.until("both are pending", () -> first.gauge("apiserversource.pending.events") == 2);
        assertThat(first.gauge("apiserversource.low.watermark.lag.seconds")).isPositive();
        first.kill();
        world.delete("b");
        world.delete("old");
        world.create("d", "1");
        Await.result(world.sink().mend());
        KillableAdapter second = startAndWatch();
        world.awaitAccepted("update a", "add c", "delete b", "delete old", "add d");

        assertThat(told())
                .containsExactlyInAnyOrder("add a", "add b", "update a", "add c", "delete b", "delete old", "add d");
        assertThat(gaps()).isEmpty();
        world.until("the mark has caught up", () -> second.gauge("apiserversource.low.watermark.lag.seconds") == 0);
    }

    @Test
    void aGapThatTheSinkHasNotTakenIsToldByTheNextAdapter() {
        world.create("gone", "1");
        ObjectNode changed = world.create("changed", "1");
        KillableAdapter first = startAndWatch();
        awaitSettled(changed);
        first.kill();
        world.delete("gone");
        ObjectNode now = world.update("changed", "2");
        world.create("new", "1");
        world.server().store().compact();
        Await.result(world.sink()
                .startFailing(SinkFault.STATUS_503, event -> event.getType().equals(GAP)));
        KillableAdapter second = startAndWatch();
        world.awaitAccepted("delete gone", "update changed", "add new");
        awaitSettled(now);
        world.until("the gap was told", () -> !gaps().isEmpty() && kept.unsettledGaps() == 1);
        CloudEvent told = gaps().get(0);
        second.kill();
        world.create("later", "1");
        Await.result(world.sink().mend());
        KillableAdapter third = startAndWatch();
        world.awaitAccepted("add later", "gap null");

        assertThat(data(told)).contains("\"reason\":\"gone\"", "\"adds\":1,\"updates\":1,\"deletes\":1");
        assertThat(gaps()).allSatisfy(again -> {
            assertThat(again.getId()).isEqualTo(told.getId());
            assertThat(data(again)).isEqualTo(data(told));
        });
        assertThat(third.count("apiserversource.relists", "reason", "unfinished"))
                .as("the gap did not hold the mark back")
                .isZero();
        assertThat(told())
                .containsExactlyInAnyOrder("delete gone", "update changed", "add new", "add later", "gap null");
        world.until("it is settled", () -> kept.unsettledGaps() == 0);
    }

    /** 620 objects are two pages; the sink takes 530 of them, and then none until the next adapter has started. */
    @ParameterizedTest
    @EnumSource(Listing.class)
    void anInitialStateThatIsCutShortIsCompletedByTheNextAdapter(Listing listing) {
        listing.arrange(world);
        IntStream.range(0, 620).forEach(i -> world.create("o" + i, "1"));
        world.with("ADAPTER_MAX_HELD_EVENTS", "20")
                .watch("\"mode\":\"Resource\",\"gaps\":\"Emit\",\"initialState\":\"Emit\"", CONFIG_MAPS);
        AtomicInteger taken = new AtomicInteger();
        Await.result(world.sink()
                .startFailing(SinkFault.STATUS_503, event -> taken.get() >= 530 || taken.incrementAndGet() < 0));
        KillableAdapter first = start();
        world.until("so many are settled", () -> kept.settled().size() == 530);
        world.until("it is full", () -> first.gauge("apiserversource.pending.events") == 20);
        first.kill();

        Set<String> told = kept.settled().keySet();
        String deleted = told.iterator().next();
        world.delete(deleted);
        String held = world.sink().received().stream()
                .filter(received -> !received.accepted())
                .map(received -> String.valueOf(received.event().getExtension("name")))
                .findFirst()
                .orElseThrow();
        world.delete(held);
        Set<String> read = Set.copyOf(world.sink().received().stream()
                .map(received -> String.valueOf(received.event().getExtension("name")))
                .toList());
        String unread = IntStream.range(0, 620)
                .mapToObj(i -> "o" + i)
                .filter(name -> !read.contains(name))
                .findFirst()
                .orElseThrow();
        world.delete(unread);
        Await.result(world.sink().mend());
        startAndWatch();
        world.awaitAccepted("delete " + deleted, "delete " + held, "gap null");

        List<String> expected = Stream.concat(
                        IntStream.range(0, 620).mapToObj(i -> "add o" + i).filter(add -> !add.equals("add " + unread)),
                        Stream.of("delete " + deleted, "delete " + held, "gap null"))
                .toList();
        // Nobody knows whether the sink took it before the first adapter was killed; therefore its deletion has to be
        // told.
        assertThat(withOnly(told(), "add " + held)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(data(gaps().get(0)))
                .contains("\"reason\":\"unfinished\",\"from\":\"\"", "\"adds\":88,\"updates\":0,\"deletes\":2");
    }

    private static List<String> withOnly(List<String> told, String perhaps) {
        return Stream.concat(told.stream().filter(one -> !one.equals(perhaps)), Stream.of(perhaps))
                .toList();
    }
}
