package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class StreamStatesTest {

    private static final ObjectMetadata KEPT =
            new ObjectMetadata("v1", "ConfigMap", "ns", "kept", "u", "1", Optional.empty());

    private static StreamStates states(RequestedResource... requested) {
        return new StreamStates(List.of(requested), object -> object.name().equals("kept"), () -> Instant.EPOCH);
    }

    private static RequestedResource jobs(String version) {
        return new RequestedResource("batch", version, "cronjobs", "");
    }

    private static WatchTarget target(String group, String version, String plural, String selector) {
        return new WatchTarget(
                new ResourceType(group, version, plural, "Any", true), Optional.of("ns"), selector, false);
    }

    /** The state that a later process stores and restores of {@code stored}. */
    private static StreamStates restarted(StreamStates stored, RequestedResource... requested) {
        StreamStates later = states(requested);
        stored.all().forEach(state -> {
            state.readUpTo("10");
            later.restore(state.id(), state.snapshot(Set.of()), List.of());
        });
        return later;
    }

    @Test
    void resumesAStreamInAnotherVersionOfItsGroup() {
        StreamStates first = states(jobs("v1beta1"));
        first.claim(target("batch", "v1beta1", "cronjobs", ""));
        StreamStates second = restarted(first, jobs("v1"));

        assertThat(second.claim(target("batch", "v1", "cronjobs", "")).isResumed())
                .isTrue();
    }

    @Test
    void keepsTwoVersionsOfAGroupApart() {
        StreamStates states = states(jobs("v1"), jobs("v1beta1"));

        assertThat(states.claim(target("batch", "v1", "cronjobs", "")))
                .isNotSameAs(states.claim(target("batch", "v1beta1", "cronjobs", "")));
    }

    private static WatchTarget selected(String labels, String fields) {
        return new WatchTarget(
                new ResourceType("batch", "v1", "cronjobs", "CronJob", true), Optional.of("ns"), labels, fields, false);
    }

    private static RequestedResource requested(String labels, String fields) {
        return new RequestedResource("batch", "v1", "cronjobs", labels, fields, ObjectOptions.DEFAULTS);
    }

    private static StreamStates stored(WatchTarget target, RequestedResource requested) {
        StreamStates first = states(requested);
        StreamState state = first.claim(target);
        state.beginList(false);
        state.put(new ObjectState("ns", "a", "1", "5", true));
        state.listedUpTo("10");
        return first;
    }

    private static StreamStates restored(StreamStates stored, RequestedResource... requested) {
        StreamStates later = states(requested);
        stored.all().forEach(state -> {
            List<byte[]> settled = new ArrayList<>();
            state.forEachSettled(settled::add);
            later.restore(state.id(), state.snapshot(Set.of()), settled);
        });
        return later;
    }

    @ParameterizedTest
    @CsvSource({"'', status=x", "app=web, ''", "'', ''", "app=web, status=y"})
    void comparesWithWhatWasSelectedBeforeTheSelectorsWereChanged(String labels, String fields) {
        StreamStates stored = stored(selected("app=old", "status=old"), requested("app=old", "status=old"));
        StreamStates later = restored(stored, requested(labels, fields));

        StreamState state = later.claim(selected(labels, fields));

        assertThat(state.isResumed()).isTrue();
        assertThat(state.position()).as("the target is listed and compared").isEmpty();
        assertThat(state.gapFrom()).isEqualTo("10");
        assertThat(state.gapReason()).isEqualTo("selector_changed");
        assertThat(state.indexed("ns", "a")).isEqualTo(new ObjectState("ns", "a", "1", "5", true));
        assertThat(state.isIndexComplete()).isTrue();
        assertThat(later.all()).containsExactly(state);
        assertThat(later.dirtyObjects().isAll())
                .as("its objects are stored under the new name")
                .isTrue();
    }

    @Test
    void resumesAStreamWhoseSelectorsWereNotChanged() {
        StreamStates stored = stored(selected("app=web", "status=x"), requested("app=web", "status=x"));
        StreamStates later = restored(stored, requested("app=web", "status=x"));

        assertThat(later.claim(selected("app=web", "status=x")).position()).isEqualTo("10");
    }

    /** The first stream continues, so what it has read is its own. */
    @Test
    void aSecondStreamWithOtherSelectorsIsNew() {
        StreamStates stored = stored(selected("app=web", ""), requested("app=web", ""));
        StreamStates later = restored(stored, requested("app=api", ""), requested("app=web", ""));

        assertThat(later.claim(selected("app=api", "")).isResumed()).isFalse();
        assertThat(later.claim(selected("app=web", "")).position()).isEqualTo("10");
    }

    @Test
    void twoStreamsDoNotTakeOverTheSameOne() {
        StreamStates stored = stored(selected("app=web", ""), requested("app=web", ""));
        StreamStates later = restored(stored, requested("app=api", ""), requested("app=db", ""));

        assertThat(later.claim(selected("app=api", "")).isResumed()).isTrue();
        assertThat(later.claim(selected("app=db", "")).isResumed()).isFalse();
    }

    /** The objects of the stream may be missing in the shards that were written already. */
    @Test
    void theIndexIsIncompleteWhenShardsAreNewer() {
        StreamStates stored = stored(selected("app=web", ""), requested("app=web", ""));
        StreamStates later = restored(stored, requested("app=api", ""));
        later.shardsAreNewerThanManifest();

        assertThat(later.claim(selected("app=api", "")).isIndexComplete()).isFalse();
    }

    @Test
    void aNamespaceThatJoinsWithNewSelectorsIsNoFirstStart() {
        StreamStates stored = stored(selected("app=web", ""), requested("app=web", ""));
        StreamStates later = restored(stored, requested("", "a=b"));
        WatchTarget joined = new WatchTarget(selected("", "").resource(), Optional.of("other"), "", "a=b", false);

        assertThat(later.claim(joined).firstList().gap()).isEqualTo("new_stream");
    }

    @Test
    void dropsRestoredStreamsThatAreNotClaimed() {
        StreamStates first = states(jobs("v1"));
        first.claim(target("batch", "v1", "cronjobs", ""));
        first.claim(target("batch", "v1", "jobs", ""));
        StreamStates second = restarted(first, jobs("v1"));
        StreamState claimed = second.claim(target("batch", "v1", "cronjobs", ""));
        assertThat(second.all()).hasSize(2);

        second.dropUnclaimed();
        assertThat(second.all()).containsExactly(claimed);
    }

    @Test
    void ignoresTheObjectsOfTheCheckpointInStreamsOfConfigMaps() {
        StreamStates states = states();

        assertThat(states.claim(target("", "v1", "configmaps", "")).isIgnored(KEPT))
                .isTrue();
        assertThat(states.claim(target("", "v1", "pods", "")).isIgnored(KEPT)).isFalse();
        assertThat(states.claim(target("example.com", "v1", "configmaps", "")).isIgnored(KEPT))
                .isFalse();
    }

    @Test
    void restoredObjectsThatTheShardsLackStayDirty() {
        StreamStates states = states();
        StreamSnapshot.ResumeWindow window = new StreamSnapshot.ResumeWindow("10", Map.of());
        StreamSnapshot snapshot =
                new StreamSnapshot("10", "", window, List.of(), Collections.singletonMap("ns/a", null), List.of());
        states.restore("id", snapshot, List.of());

        assertThat(states.dirtyObjects().objects().get("id")).containsExactly("ns/a");
    }

    private static WatchTarget metadataOnly(WatchTarget target) {
        return new WatchTarget(target.resource(), target.namespace(), target.selector(), true);
    }

    @Test
    void resumesAStreamInAnotherMode() {
        StreamStates first = states(jobs("v1"));
        first.claim(target("batch", "v1", "cronjobs", ""));
        StreamStates second = restarted(first, jobs("v1"));

        assertThat(second.claim(metadataOnly(target("batch", "v1", "cronjobs", "")))
                        .isResumed())
                .isTrue();
    }

    @Test
    void keepsTheStreamOfAResourceWhenAnotherOfItsGroupIsWatchedInAnotherVersion() {
        RequestedResource hpa = new RequestedResource("autoscaling", "v2", "horizontalpodautoscalers", "");
        RequestedResource scale = new RequestedResource("autoscaling", "v1", "others", "");
        StreamStates first = states(hpa);
        first.claim(target("autoscaling", "v2", "horizontalpodautoscalers", ""));
        StreamStates second = restarted(first, hpa, scale);

        assertThat(second.claim(target("autoscaling", "v2", "horizontalpodautoscalers", ""))
                        .isResumed())
                .isTrue();
    }

    @Test
    void keepsTheMarkWhenTheSameResourceIsWatchedInASecondVersion() {
        StreamStates first = states(jobs("v1"));
        first.claim(target("batch", "v1", "cronjobs", ""));
        StreamStates second = restarted(first, jobs("v1"), jobs("v1beta1"));

        assertThat(second.claim(target("batch", "v1", "cronjobs", "")).isResumed())
                .isTrue();
        assertThat(second.claim(target("batch", "v1beta1", "cronjobs", "")).isResumed())
                .isFalse();
    }

    @Test
    void keepsTheMarkOfTheVersionThatRemains() {
        StreamStates first = states(jobs("v1"), jobs("v1beta1"));
        first.claim(target("batch", "v1beta1", "cronjobs", ""));
        StreamState remains = first.claim(target("batch", "v1", "cronjobs", ""));
        StreamStates second = restarted(first, jobs("v1"));

        assertThat(second.claim(target("batch", "v1", "cronjobs", "")).id()).isEqualTo(remains.id());
    }
}
