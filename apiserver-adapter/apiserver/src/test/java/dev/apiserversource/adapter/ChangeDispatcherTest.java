package dev.apiserversource.adapter;

import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.event.EventMode;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Change.Kind;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.PreviousState;
import dev.apiserversource.adapter.model.PreviousStateFixture;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.Dispatchers;
import dev.apiserversource.frame.delivery.ScriptedSink;
import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import static dev.apiserversource.adapter.model.Change.Kind.ADDED;
import static dev.apiserversource.adapter.model.Change.Kind.DELETED;
import static dev.apiserversource.adapter.model.Change.Kind.MODIFIED;
import static org.assertj.core.api.Assertions.assertThat;

/** One event of an object can be pending, and the newest waits. */
class ChangeDispatcherTest {

    private static final WatchTarget TARGET =
            new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("ns"), "", false);

    private final SimulatedTime time = new SimulatedTime();
    private final ScriptedSink sink = new ScriptedSink();
    private final Dispatcher dispatcher = dispatcher();
    private final StreamStates states = new StreamStates(List.of(), object -> false, time::now);
    private final StreamState state = states.claim(TARGET);
    private final ChangeDispatcher changes = changes(EmitPolicy.EMIT);
    private int version = 10;

    @Test
    void sendsTheNewestStateAndItsGap() {
        IntStream.rangeClosed(11, 14).forEach(i -> change(MODIFIED, "a"));
        acceptAll();

        assertThat(sent()).containsExactly("update a 11", "update a 14", "gap a");
        assertThat(data(2)).contains("\"from\":\"11\",\"to\":\"14\",\"superseded\":2");
    }

    @Test
    void sendsAnUnsentAddAsAnAddInItsNewestState() {
        change(DELETED, "a");
        change(ADDED, "b");
        change(MODIFIED, "b");
        acceptAll();

        assertThat(sent()).containsExactly("delete a 11", "add b 13", "gap b");
    }

    @Test
    void theDeleteOfASentObjectIsSentBeforeTheNextObjectOfTheName() {
        change(MODIFIED, "a");
        change(DELETED, "a");
        change(ADDED, "b");
        change(MODIFIED, "b");
        acceptAll();

        assertThat(sent()).containsExactly("update a 11", "delete a 12", "add b 14", "gap b");
    }

    @Test
    void anObjectThatIsRecreatedForEverIsBounded() {
        change(MODIFIED, "a");
        change(DELETED, "a");
        for (int i = 0; i < 1_000; i++) {
            change(ADDED, "next" + i);
            change(DELETED, "next" + i);
            assertThat(dispatcher.pendingEvents()).isLessThanOrEqualTo(3);
        }
        acceptAll();

        assertThat(sent()).containsExactly("update a 11", "delete a 12", "delete next999 2012", "gap next999");
        assertThat(data(3)).contains("\"superseded\":1999");
    }

    /** The sink has not received the states between. */
    @Test
    void theNewestStateIsComparedWithTheLastThatWasSent() {
        IntStream.rangeClosed(11, 14).forEach(this::compared);
        acceptAll();

        assertThat(data(0)).startsWith("{\"object\":{\"n\":11},\"previous\":{\"resourceVersion\":\"10\"");
        assertThat(data(1))
                .isEqualTo("{\"object\":{\"n\":14},\"previous\":{\"resourceVersion\":\"11\","
                        + "\"patch\":{\"n\":14},\"reversePatch\":{\"n\":11}}}");
    }

    /** An update with its previous state. */
    private void compared(int n) {
        PreviousState previous = PreviousStateFixture.of("" + version, utf8("{\"n\":" + (n - 1) + "}"));
        Change change = change(MODIFIED, "a", "{\"n\":" + n + "}").withPrevious(Optional.of(previous));
        changes.dispatch(change, state.add(change));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void settlesWhatItSupersedesWithTheNewest() {
        IntStream.rangeClosed(11, 14).forEach(i -> change(MODIFIED, "a"));
        assertThat(laggingSince()).isNotNull();

        sink.attempt(0).accept();
        assertThat(laggingSince()).isNotNull();
        sink.attempt(1).accept();
        assertThat(laggingSince()).isNull();
    }

    @Test
    void reportsNoGapOfWhatIsPendingAtStop() {
        IntStream.rangeClosed(11, 14).forEach(i -> change(MODIFIED, "a"));
        dispatcher.drain(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));

        assertThat(sent()).containsExactly("update a 11");
        assertThat(laggingSince()).isNotNull();
    }

    @Test
    void gapsThatTheSinkRefusesAreOne() {
        for (int i = 0; i < 100; i++) {
            IntStream.rangeClosed(1, 3).forEach(n -> change(MODIFIED, "a"));
            acceptChanges();
        }
        assertThat(dispatcher.pendingEvents()).isEqualTo(2);
        acceptAll();

        assertThat(sent().stream().filter("gap a"::equals)).hasSize(2);
        assertThat(data(sink.size() - 1)).contains("\"from\":\"14\",\"to\":\"310\",\"superseded\":99");
    }

    @Test
    void sendsNoGapUnlessItIsToBeEmitted() {
        ChangeDispatcher silent = changes(EmitPolicy.SKIP);
        IntStream.rangeClosed(11, 14).forEach(i -> change(silent, MODIFIED, "a"));
        silent.dispatch(TARGET, new Gap("gone", "1", "2", 0, 0, 0), () -> {});
        acceptAll();

        assertThat(sent()).containsExactly("update a 11", "update a 14");
    }

    private Instant laggingSince() {
        return states.laggingSince().orElse(null);
    }

    private ChangeDispatcher changes(EmitPolicy gaps) {
        EventFactory events =
                new EventFactory(EventMode.RESOURCE, URI.create("https://10.96.0.1:443"), "ns", "source", Map.of());
        return new ChangeDispatcher(events, gap -> gaps == EmitPolicy.EMIT, dispatcher, time);
    }

    private Dispatcher dispatcher() {
        return Dispatchers.bounded(sink, 16, 16, time, new SimpleMeterRegistry());
    }

    private void change(Kind kind, String uid) {
        change(changes, kind, uid);
    }

    private void change(ChangeDispatcher to, Kind kind, String uid) {
        Change change = change(kind, uid, uid);
        to.dispatch(change, state.add(change));
    }

    private Change change(Kind kind, String uid, String json) {
        ObjectState before = new ObjectState("ns", "pod", uid, "" + version++, true);
        ObjectMetadata object = new ObjectMetadata("v1", "Pod", "ns", "pod", uid, "" + version, Optional.empty());
        Optional<ObjectState> known = Optional.of(before).filter(any -> kind != ADDED);
        return new Change(kind, TARGET, object, utf8(json), false, known, Optional.empty());
    }

    private void acceptAll() {
        for (int i = 0; i < sink.size(); i++) {
            sink.attempt(i).answer().tryComplete();
        }
    }

    private void acceptChanges() {
        for (int i = 0; i < sink.size(); i++) {
            if (!isGap(sink.attempt(i).event())) {
                sink.attempt(i).answer().tryComplete();
            }
        }
    }

    private static boolean isGap(CloudEvent event) {
        return event.getType().endsWith(".gap");
    }

    /** As {@code update uid resourceVersion} or {@code gap uid}. */
    private List<String> sent() {
        return IntStream.range(0, sink.size()).mapToObj(this::summary).toList();
    }

    private String summary(int attempt) {
        CloudEvent event = sink.attempt(attempt).event();
        if (isGap(event)) {
            return "gap " + data(attempt).replaceAll(".*\"uid\":\"([^\"]*)\".*", "$1");
        }
        String kind = event.getType().substring(event.getType().lastIndexOf('.') + 1);
        return kind + " " + data(attempt) + " " + event.getExtension("resourceversion");
    }

    private String data(int attempt) {
        return new String(sink.attempt(attempt).event().getData().toBytes(), StandardCharsets.UTF_8);
    }
}
