package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a checkpoint costs: bytes a second, which etcd keeps for minutes, and the time between two manifests, by which a
 * killed process falls back. DESIGN.md quotes the figures of {@code -Dcost.minutes=30}.
 */
class CheckpointCostTest {

    private static final WatchTarget TARGET =
            new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("ns"), "", false);
    private static final int MINUTES = Integer.getInteger("cost.minutes", 10);

    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random = new SplittableRandom(1);
    private final StoreInMemory store = new StoreInMemory(time, random);
    private final StreamStates states = new StreamStates(
            List.of(new RequestedResource("", "v1", "pods", "")),
            store::contains,
            () -> Instant.EPOCH.plus(time.uptime()));
    private final CheckpointService checkpoint = checkpoint();
    private final StreamState stream = start();
    private int version = 1_000_000;

    private CheckpointService checkpoint() {
        return new CheckpointService(
                Optional.of(store),
                new CheckpointService.StartPolicy(true, "", () -> false),
                states,
                time,
                random,
                new SimpleMeterRegistry());
    }

    private StreamState start() {
        checkpoint.load(why -> {});
        time.advance(Duration.ofSeconds(30));
        return states.claim(TARGET);
    }

    private void list(int objects) {
        for (int i = 0; i < objects; i++) {
            stream.put(ObjectState.of(object(i), true));
        }
        stream.listedUpTo("" + version);
        time.advance(Duration.ofMinutes(2));
        change(Change.Kind.MODIFIED, 0);
        time.advance(Duration.ofSeconds(2));
        store.bytesWritten = 0;
        store.written.clear();
        store.longestInterval = Duration.ZERO;
    }

    private ObjectMetadata object(int number) {
        String uid = new UUID(number * 0x9E3779B97F4A7C15L, number * 0xBF58476D1CE4E5B9L).toString();
        // As random as the name of a pod.
        String name = "service-%d-%s".formatted(number % 100, Long.toString(number * 0xD6E8FEB86659FD93L, 36));
        return new ObjectMetadata("v1", "Pod", "team", name, uid, "" + version++, Optional.empty());
    }

    private void change(Change.Kind kind, int number) {
        Runnable settled = add(kind, number);
        time.advance(Duration.ofMillis(50));
        settled.run();
        time.advance(Duration.ofMillis(50));
    }

    private Runnable add(Change.Kind kind, int number) {
        ObjectMetadata object = object(number);
        Optional<ObjectState> before = Optional.ofNullable(stream.indexed("team", object.name()));
        if (kind == Change.Kind.DELETED) {
            stream.remove("team", object.name());
        } else {
            stream.put(ObjectState.of(object, true));
        }
        Runnable settled = stream.add(new Change(kind, TARGET, object, false, before));
        stream.readUpTo(object.resourceVersion());
        return settled;
    }

    private long bytesPerSecond() {
        return store.bytesWritten / Duration.ofMinutes(MINUTES).toSeconds();
    }

    /** Costs at most 4 KiB a second, with a manifest every 30 s. */
    private void assertCheapAndRecent(String source) {
        System.out.printf(
                "checkpoint of %s: %,d bytes/s, %d ms at most between manifests%n",
                source, bytesPerSecond(), store.longestInterval.toMillis());
        assertThat(bytesPerSecond()).as(source).isLessThan(4_096);
        assertThat(store.longestInterval).as(source).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 5_000, 50_000, 200_000})
    void tenChangesASecondAreCheapAndRecent(int objects) {
        list(objects);
        for (int i = 0; i < MINUTES * 600; i++) {
            change(Change.Kind.MODIFIED, random.nextInt(objects));
        }

        assertCheapAndRecent("10 changes a second among " + objects);
    }

    @Test
    void fiftyChangesASecondAreRecent() {
        list(50_000);
        for (int i = 0; i < 5 * 600; i++) {
            for (int each = 0; each < 5; each++) {
                add(Change.Kind.MODIFIED, random.nextInt(50_000)).run();
            }
            time.advance(Duration.ofMillis(100));
        }

        assertThat(store.longestInterval).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void oneChangeASecondIsCheapAndRecent() {
        list(5_000);
        for (int i = 0; i < MINUTES * 60; i++) {
            change(Change.Kind.MODIFIED, random.nextInt(5_000));
            time.advance(Duration.ofMillis(900));
        }

        assertCheapAndRecent("one change a second among 5000");
    }

    @Test
    void newNamesAllTheTimeAreCheapAndRecent() {
        list(18_000);
        for (int i = 0; i < MINUTES * 300; i++) {
            change(Change.Kind.ADDED, 18_000 + i);
            change(Change.Kind.DELETED, i);
        }

        assertCheapAndRecent("5 new names and 5 deletes a second");
    }

    @Test
    void anIdleSourceWritesItsPositionEveryTwoMinutes() {
        list(5_000);
        for (int i = 0; i < MINUTES; i++) {
            stream.readUpTo("" + version++);
            time.advance(Duration.ofMinutes(1));
        }

        assertThat(store.written).containsOnly("kept").hasSizeLessThanOrEqualTo(MINUTES / 2);
        assertThat(store.maps.get("kept").length).isLessThan(1_024);
    }

    @Test
    void aSourceWhosePositionsDoNotMoveWritesNothing() {
        list(100);
        time.advance(Duration.ofMinutes(30));

        assertThat(store.written).isEmpty();
    }

    @Test
    void marksAreWrittenBetweenTheShardsOfALargeIndex() {
        list(100_000);
        for (int i = 0; i < 90_000; i++) {
            stream.put(ObjectState.of(object(i), true));
            if (i % 1_000 == 0) {
                time.advance(Duration.ofSeconds(20));
            }
        }
        assertThat(store.written).as("the journal is nearly full").contains("kept-16-0", "kept-16-15");
        List<String> round =
                store.written.subList(store.written.indexOf("kept-16-0"), store.written.lastIndexOf("kept-16-15"));
        assertThat(round).contains("kept", "kept-16-7");
        assertThat(store.longestInterval).isLessThan(Duration.ofSeconds(30));
    }
}
