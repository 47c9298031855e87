package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static dev.apiserversource.adapter.watch.Frames.added;
import static dev.apiserversource.adapter.watch.Frames.initialEnd;
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
    private final WatchManager manager = manager(List.of("ns"), 16);

    private static final class RecordingListener implements ChangeListener {

        private final List<String> changes = new ArrayList<>();
        private final List<String> denials = new ArrayList<>();

        @Override
        public void onChange(Change change, PendingChange settled) {
            changes.add(change.kind() + " " + change.object().name());
        }

        @Override
        public void onGap(WatchTarget target, Gap gap, Runnable settled) {}

        @Override
        public void onDenied(String why) {
            denials.add(why);
        }
    }

    private WatchManager manager(List<String> namespaces, int concurrentLists) {
        RequestedResource requested = new RequestedResource("", "v1", "configmaps", "");
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), () -> 0);
        StreamSettings settings = new StreamSettings(
                Duration.ofMinutes(5), Duration.ofMinutes(2), 500, concurrentLists, backoff, () -> 0);
        StreamStates states = new StreamStates(List.of(requested), object -> false, time::now);
        return new WatchManager(
                new Selection(List.of(requested), namespaces, false, false, EmitPolicy.SKIP),
                object -> true,
                listener,
                new StreamDependencies(api, Capacity.ALWAYS, time, settings, registry, states));
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
