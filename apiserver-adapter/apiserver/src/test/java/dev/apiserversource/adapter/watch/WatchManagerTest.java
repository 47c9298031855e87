package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.PreviousStates;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.error;
import static dev.apiserversource.adapter.watch.Frames.initialEnd;
import static dev.apiserversource.adapter.watch.Frames.modified;
import static org.assertj.core.api.Assertions.assertThat;

class WatchManagerTest {

    private static final Duration AFTER_RETRY = Duration.ofSeconds(30);
    private static final String CONFIG_MAPS =
            "{\"resources\":[{\"name\":\"configmaps\",\"singularName\":\"configmap\",\"namespaced\":true,"
                    + "\"kind\":\"ConfigMap\",\"verbs\":[\"list\",\"watch\"]}]}";

    private final SimulatedTime time = new SimulatedTime();
    private final ScriptedApi api = new ScriptedApi();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RecordingListener listener = new RecordingListener();
    private StreamStates states = new StreamStates(List.of(), object -> false, time::now);
    private final WatchManager manager = manager(List.of("ns"), 16);

    private static final class RecordingListener implements ChangeListener {

        private final List<String> changes = new ArrayList<>();
        private final List<String> denials = new ArrayList<>();

        @Override
        public void onChange(Change change, PendingChange settled) {
            changes.add(change.kind() + " " + change.object().name());
        }

        @Override
        public void onReplay(Change change, String replay, Runnable settled) {}

        @Override
        public void onGap(WatchTarget target, Gap gap, Runnable settled) {}

        @Override
        public void onDenied(String why) {
            denials.add(why);
        }
    }

    private WatchManager manager(List<String> namespaces, int concurrentLists) {
        return manager(List.of(new RequestedResource("", "v1", "configmaps", "")), namespaces, concurrentLists);
    }

    private WatchManager manager(List<RequestedResource> requested, List<String> namespaces, int concurrentLists) {
        return manager(requested, namespaces, concurrentLists, Capacity.ALWAYS);
    }

    private WatchManager manager(
            List<RequestedResource> requested, List<String> namespaces, int concurrentLists, Capacity capacity) {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), () -> 0);
        StreamSettings settings = new StreamSettings(
                Duration.ofMinutes(5), Duration.ofMinutes(2), 500, concurrentLists, backoff, () -> 0);
        states = new StreamStates(requested, object -> false, time::now);
        return new WatchManager(
                new Selection(requested, namespaces, false, false, EmitPolicy.SKIP),
                EmitRules.ofObjects(object -> true),
                new PreviousStates(1_000_000, registry),
                listener,
                new StreamDependencies(
                        api, new ReadLimits(capacity, new ReadBudget(0)), time, settings, registry, states));
    }

    private void answerDiscovery() {
        assertThat(api.last().url()).isEqualTo("/api/v1");
        api.last()
                .ok()
                .send(CONFIG_MAPS.substring(0, 50), CONFIG_MAPS.substring(50))
                .end();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Test
    void isNotOpenBeforeTheStart() {
        assertThat(manager.allOpen()).isFalse();
        assertThat(manager.notOpen()).containsExactly("v1/configmaps");
    }

    @Test
    void isOpenWhenEveryWatchIs() {
        manager.start();
        assertThat(manager.notOpen()).containsExactly("v1/configmaps");
        answerDiscovery();
        assertThat(manager.notOpen()).containsExactly("v1/configmaps@ns");
        assertThat(gauge("apiserversource.streams.open")).isZero();
        api.last().ok().send(added("a", 1), initialEnd(10));

        assertThat(manager.allOpen()).isTrue();
        assertThat(manager.notOpen()).isEmpty();
        assertThat(gauge("apiserversource.streams.open")).isEqualTo(1);
        assertThat(gauge("apiserversource.streams.wanted")).isEqualTo(1);
        assertThat(gauge("apiserversource.indexed.objects")).isEqualTo(1);
        assertThat(listener.changes).isEmpty();
    }

    @Test
    void withoutNamespacesIsOpenAtOnce() {
        WatchManager nowhere = manager(List.of(), 1);
        nowhere.start();
        answerDiscovery();

        assertThat(nowhere.allOpen()).isTrue();
        assertThat(api.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsForAMissingKindAndEmitsAllOfItsObjects(boolean groupExists) {
        manager.start();
        if (groupExists) {
            api.last().ok().send("{\"resources\":[]}").end();
        } else {
            api.last().refuse(404, "not found");
        }
        assertThat(manager.allOpen()).isFalse();
        assertThat(listener.denials).hasSize(1);
        time.advance(AFTER_RETRY);
        answerDiscovery();
        api.last().ok().send(added("a", 1), initialEnd(10));

        assertThat(listener.changes).containsExactly("ADDED a");
        assertThat(manager.allOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2025-12-31T23:58:59Z, false", "2025-12-31T23:59:00Z, true", "2026-01-01T00:00:20Z, true"})
    void ofAResourceThatWasMissingItEmitsTheObjectsThatWereCreatedSince(String created, boolean emitted) {
        manager.start();
        assertThat(time.now()).isEqualTo("2026-01-01T00:00:00Z");
        api.last().refuse(404, "a proxy without an API server");
        time.advance(AFTER_RETRY);
        answerDiscovery();
        String object = added("a", 1).replace("\"name\"", "\"creationTimestamp\":\"" + created + "\",\"name\"");
        api.last().ok().send(object, initialEnd(10), modified("a", 11), added("b", 12));

        List<String> changes = new ArrayList<>(List.of("MODIFIED a", "ADDED b"));
        if (emitted) {
            changes.add(0, "ADDED a");
        }
        assertThat(listener.changes).isEqualTo(changes);
    }

    @Test
    void twoNamesOfOneResourceShareAStream() {
        WatchManager twice = manager(
                List.of(
                        new RequestedResource("", "v1", "configmaps", ""),
                        new RequestedResource("", "v1", "configmap", "")),
                List.of("ns"),
                16);
        twice.start();
        api.calls().forEach(call -> call.ok().send(CONFIG_MAPS).end());

        assertThat(api.count()).as("two lookups and one list").isEqualTo(3);
        api.last().ok().send(initialEnd(10), added("a", 11));
        assertThat(listener.changes).containsExactly("ADDED a");
        assertThat(twice.allOpen()).isTrue();
    }

    @Test
    void anUnavailableApiServerIsNotAMissingKind() {
        manager.start();
        api.last().refuse(503, "starting");
        time.advance(AFTER_RETRY);
        api.last().ok().send("not json").end();
        time.advance(AFTER_RETRY);
        answerDiscovery();
        api.last().ok().send(added("a", 1), initialEnd(10));

        assertThat(listener.changes).isEmpty();
    }

    @Test
    void limitsConcurrentLists() {
        WatchManager many = manager(List.of("n1", "n2", "n3"), 2);
        many.start();
        answerDiscovery();
        assertThat(api.count()).isEqualTo(3);
        api.last().ok().send(initialEnd(10));

        assertThat(api.count()).isEqualTo(4);
        assertThat(many.notOpen()).containsExactly("v1/configmaps@n1", "v1/configmaps@n3");
    }

    @Test
    void sendsNoQueuedListWhileItStops() {
        WatchManager many = manager(List.of("n1", "n2", "n3"), 1);
        many.start();
        answerDiscovery();
        int calls = api.count();
        many.stop();

        assertThat(api.count()).isEqualTo(calls);
    }

    @Test
    void sendsNoQueuedAuditWhileItStops() {
        WatchManager many = manager(List.of("n1", "n2"), 1);
        many.start();
        answerDiscovery();
        api.last().ok().send(initialEnd(10));
        api.last().ok().send(initialEnd(10));
        List<ScriptedApi.Call> watches = api.calls().subList(1, 3);
        watches.forEach(ScriptedApi.Call::cut);
        time.advance(AFTER_RETRY);
        api.calls().stream()
                .filter(call -> call.url().contains("resourceVersion=10"))
                .forEach(ScriptedApi.Call::ok);
        time.advance(Duration.ofSeconds(5));
        assertThat(api.metadataCalls()).as("the other audit waits").isEqualTo(1);
        many.stop();

        assertThat(api.metadataCalls()).isEqualTo(1);
    }

    @Test
    void storesThatAResourceIsWatchedInNoNamespace() {
        WatchManager none = manager(List.of(), 1);
        none.start();
        answerDiscovery();

        assertThat(none.allOpen()).isTrue();
        assertThat(states.established()).extracting(StreamState::id).containsExactly("||configmaps|*|");
    }

    private ScriptedApi.Call newestOf(String namespace) {
        return api.calls().stream()
                .filter(call -> call.url().contains("/namespaces/" + namespace + "/"))
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    @Test
    void listsThatWaitForTheSinkKeepNoOtherStreamFromListing() {
        StreamFixture.TestCapacity capacity = new StreamFixture.TestCapacity();
        List<String> busy = IntStream.range(0, 16).mapToObj(i -> "busy" + i).toList();
        List<String> quiet = IntStream.range(0, 4).mapToObj(i -> "quiet" + i).toList();
        List<String> all = Stream.concat(busy.stream(), quiet.stream()).toList();
        WatchManager many = manager(List.of(new RequestedResource("", "v1", "configmaps", "")), all, 16, capacity);
        many.start();
        answerDiscovery();
        all.forEach(namespace -> newestOf(namespace).ok().send(initialEnd(10)));
        capacity.close();
        all.forEach(namespace -> newestOf(namespace).send(error(410, "too old")));
        time.advance(AFTER_RETRY);
        busy.forEach(namespace -> newestOf(namespace).ok().send(added("new", 20), initialEnd(30)));

        assertThat(quiet).as("list").noneMatch(namespace -> newestOf(namespace).isClosed());
        quiet.forEach(namespace -> newestOf(namespace).ok().send(initialEnd(30)));
        capacity.open(100);
        all.forEach(namespace -> newestOf(namespace).deliver());
        assertThat(listener.changes).hasSize(16);
    }

    @Test
    void listsTheRightsThatAreDenied() {
        WatchManager many = manager(List.of("n1", "n2"), 1);
        many.start();
        answerDiscovery();
        api.last().refuse(403, "configmaps is forbidden");
        api.last().ok().send(initialEnd(10));

        assertThat(many.denials()).containsExactly("v1/configmaps@n1: HTTP 403: configmaps is forbidden");
    }

    @Test
    void aThousandStreamsProbeAnUnreachableApiServerTwiceASecond() {
        List<String> namespaces =
                IntStream.range(0, 1_000).mapToObj(i -> "n" + i).toList();
        WatchManager many = manager(namespaces, 1_000);
        many.start();
        answerDiscovery();
        List<ScriptedApi.Call> lists = api.calls();
        lists.subList(1, lists.size()).forEach(ScriptedApi.Call::cut);
        int before = api.count();
        for (int i = 0; i < 10 * 60 * 10; i++) {
            time.advance(Duration.ofMillis(100));
            api.calls().stream().filter(call -> !call.isClosed()).forEach(ScriptedApi.Call::cut);
        }
        assertThat(api.count() - before).isBetween(500, 1_300);

        time.advance(Duration.ofMillis(500));
        api.last().ok().send(initialEnd(10));
        int after = api.count();
        time.advance(Duration.ofSeconds(5));
        assertThat(api.count() - after).as("all others").isEqualTo(999);
    }

    @Test
    void sendsNoRequestAfterStop() {
        manager.start();
        manager.stop();
        assertThat(api.last().isCancelled()).isTrue();
        WatchManager waiting = manager(List.of("ns"), 1);
        waiting.start();
        api.last().refuse(404, "not found");
        waiting.stop();
        WatchManager watching = manager(List.of("ns"), 1);
        watching.start();
        answerDiscovery();
        watching.stop();
        int calls = api.count();
        time.advance(Duration.ofHours(1));

        assertThat(api.count()).isEqualTo(calls);
        assertThat(time.pending()).isZero();
    }
}
