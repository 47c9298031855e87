package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.ReadBudget;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.kube.ScriptedApi;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class StandbyCheckTest {

    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
    private static final String CONFIG_MAPS = "{\"resources\":[{\"name\":\"configmaps\",\"namespaced\":true,"
            + "\"kind\":\"ConfigMap\",\"verbs\":[\"list\",\"watch\"]}]}";

    private final SimulatedTime time = new SimulatedTime();
    private final ScriptedApi api = new ScriptedApi();
    private final ListLimiter lists = new ListLimiter(2);
    private final StandbyCheck check = check("ns");

    private StandbyCheck check(String... namespaces) {
        List<RequestedResource> requested = List.of(new RequestedResource("", "v1", "configmaps", ""));
        Backoff backoff = new Backoff(Duration.ofSeconds(1), MAX_BACKOFF, () -> 0);
        StreamSettings settings =
                new StreamSettings(Duration.ofMinutes(5), Duration.ofMinutes(2), 500, 2, backoff, () -> 0);
        StreamDependencies dependencies = new StreamDependencies(
                api,
                new ReadLimits(Capacity.ALWAYS, new ReadBudget(0)),
                time,
                settings,
                new SimpleMeterRegistry(),
                new StreamStates(requested, object -> false, time::now));
        return new StandbyCheck(
                new Selection(requested, List.of(namespaces), false, false, EmitPolicy.SKIP),
                dependencies,
                lists,
                new ResourceDiscovery(dependencies));
    }

    private ScriptedApi.Call call() {
        return api.last();
    }

    private void find() {
        assertThat(call().url()).isEqualTo("/api/v1");
        call().ok().send(CONFIG_MAPS).end();
    }

    private void answerList() {
        assertThat(call().url()).startsWith("/api/v1/namespaces/ns/configmaps?limit=1&labelSelector=");
        call().ok().send(Frames.page(10, "more", Frames.object("a", "1", 1))).end();
    }

    @Test
    void succeedsWhenEachTargetCanBeListedAndWatched() {
        check.start();
        assertThat(check.reasons()).containsExactly("v1/configmaps: not checked yet");
        find();
        assertThat(check.reasons()).containsExactly("v1/configmaps@ns: not checked yet");
        answerList();
        assertThat(call().url()).contains("watch=true", "timeoutSeconds=1", "resourceVersion=10");
        call().ok();

        assertThat(check.reasons()).isEmpty();
        assertThat(call().isCancelled()).isTrue();
        assertThat(time.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 500})
    void aListThatFailsIsRepeated(int status) {
        check.start();
        find();
        call().refuse(status, "no");
        assertThat(check.reasons()).containsExactly("v1/configmaps@ns: HTTP " + status + ": no");
        time.advance(MAX_BACKOFF);
        answerList();
        call().ok();

        assertThat(check.reasons()).isEmpty();
    }

    @Test
    void theRightToWatchIsNeededToo() {
        check.start();
        find();
        answerList();
        call().refuse(403, "cannot watch");

        assertThat(check.reasons()).containsExactly("v1/configmaps@ns: HTTP 403: cannot watch");
    }

    @Test
    void aResourceThatIsNotFoundIsLookedUpAgain() {
        check.start();
        call().ok().send("{\"resources\":[]}").end();
        assertThat(check.reasons()).containsExactly("v1/configmaps: the API server has no resource v1/configmaps");
        time.advance(MAX_BACKOFF);
        call().cut();
        assertThat(check.reasons()).singleElement().asString().contains("connection reset");
        time.advance(MAX_BACKOFF);
        find();
        answerList();
        call().ok();

        assertThat(check.reasons()).isEmpty();
    }

    @Test
    void listsWithinTheLimit() {
        StandbyCheck many = check("n1", "n2", "n3", "n4");
        many.start();
        find();
        assertThat(api.count()).isEqualTo(3);
        call().refuse(403, "no");

        assertThat(api.count()).isEqualTo(4);
        assertThat(call().url()).contains("/n3/");
    }

    @Test
    void namesTenTargetsAtMost() {
        StandbyCheck many = check(IntStream.range(0, 12).mapToObj(i -> "n" + i).toArray(String[]::new));
        many.start();
        find();

        assertThat(many.reasons()).hasSize(11).last().isEqualTo("2 more");
    }

    @Test
    void sendsNothingOnceStopped() {
        StandbyCheck many = check("n1", "n2", "n3");
        many.start();
        find();
        int calls = api.count();
        many.stop();
        time.advance(Duration.ofHours(1));

        assertThat(api.count()).isEqualTo(calls);
        assertThat(api.calls().subList(1, calls)).allMatch(ScriptedApi.Call::isCancelled);
        assertThat(time.pending()).isZero();
        assertThat(many.reasons()).isEmpty();
    }

    @Test
    void sendsNothingOnceStoppedBetweenTwoAttempts() {
        check.start();
        find();
        call().refuse(403, "no");
        check.stop();

        assertThat(time.pending()).isZero();
    }
}
