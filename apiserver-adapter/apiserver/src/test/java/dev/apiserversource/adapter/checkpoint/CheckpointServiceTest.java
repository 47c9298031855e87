package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.FirstList;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import static org.assertj.core.api.Assertions.assertThat;

class CheckpointServiceTest {

    private static final WatchTarget TARGET =
            new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("ns"), "", false);
    private static final List<RequestedResource> RESOURCES = List.of(new RequestedResource("", "v1", "pods", ""));

    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random = new SplittableRandom(1);
    private final StoreInMemory store = new StoreInMemory(time, random);
    private boolean required = true;
    private boolean startedBefore;
    private SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private StreamStates states = new StreamStates(RESOURCES, store::contains, () -> Instant.EPOCH.plus(time.uptime()));
    private CheckpointService checkpoint = checkpoint(Optional.of(store));

    private CheckpointService checkpoint(Optional<ConfigMapStore> where) {
        registry = new SimpleMeterRegistry();
        states = new StreamStates(RESOURCES, store::contains, () -> Instant.EPOCH.plus(time.uptime()));
        return new CheckpointService(
                where,
                new CheckpointService.StartPolicy(required, "grant it", () -> startedBefore),
                states,
                time,
                random,
                registry);
    }

    private StreamState start() {
        checkpoint = checkpoint(Optional.of(store));
        checkpoint.load(why -> {});
        time.advance(Duration.ofSeconds(30));
        return states.claim(TARGET);
    }

    private static void list(StreamState stream, int objects) {
        for (int i = 0; i < objects; i++) {
            stream.put(ObjectState.of(object("object-" + i, 5), true));
        }
        stream.readUpTo("10");
    }

    private Runnable add(StreamState stream, String name, int version) {
        stream.put(ObjectState.of(object(name, version), true));
        Runnable settled =
                stream.add(new Change(Change.Kind.ADDED, TARGET, object(name, version), false, Optional.empty()));
        stream.readUpTo("" + version);
        return settled;
    }

    private static ObjectMetadata object(String name, int version) {
        return new ObjectMetadata("v1", "Pod", "ns", name, "uid-of-" + name, "" + version, Optional.empty());
    }

    private double metric(String name) {
        return registry.get(name).meter().measure().iterator().next().getValue();
    }

    private long ignored(String reason) {
        return Optional.ofNullable(registry.find("apiserversource.checkpoint.ignored")
                        .tag("reason", reason)
                        .counter())
                .map(counter -> (long) counter.count())
                .orElse(0L);
    }

    @Test
    void secondProcessResumesWhereTheFirstEnded() {
        StreamState first = start();
        assertThat(first.isResumed()).isFalse();
        list(first, 3);
        add(first, "settled", 11).run();
        add(first, "unsettled", 12);
        time.advance(Duration.ofSeconds(5));

        StreamState second = start();
        assertThat(second.isResumed()).isTrue();
        assertThat(second.position()).isEqualTo("11");
        assertThat(second.indexedObjects()).isEqualTo(4);
        assertThat(second.indexed("ns", "settled")).isNotNull();
        assertThat(second.indexed("ns", "unsettled")).isNull();
    }

    @Test
    void isReadyOnceTheFirstCheckpointIsWritten() {
        StreamState stream = start();
        list(stream, 1);
        assertThat(checkpoint.isReady()).isFalse();

        time.advance(Duration.ofSeconds(2));
        assertThat(checkpoint.isReady()).isTrue();
    }

    @Test
    void storesAHundredThousandObjects() {
        StreamState stream = start();
        for (int i = 0; i < 100_000; i++) {
            stream.put(pod(i));
        }
        stream.readUpTo("987654321");
        time.advance(Duration.ofMinutes(3));

        assertThat(store.maps.keySet()).hasSize(17);
        assertThat(store.maps.values().stream().mapToInt(bytes -> bytes.length))
                .allSatisfy(length -> assertThat(length).isLessThan(300_000));
        // DESIGN.md quotes this figure. Mostly uids and the random ends of names, which do not compress.
        assertThat(store.maps.values().stream().mapToInt(bytes -> bytes.length).sum())
                .isBetween(4_200_000, 4_350_000);
        assertThat(start().indexedObjects()).isEqualTo(100_000);
    }

    @Test
    void measuresHowFullItIs() {
        store.refusedParts = part -> part.startsWith("kept-4-") || part.startsWith("kept-16-");
        StreamState stream = start();
        for (int i = 0; i < 15_000; i++) {
            stream.put(pod(i));
        }
        stream.readUpTo("987654321");
        time.advance(Duration.ofMinutes(3));

        assertThat(store.maps).containsOnlyKeys("kept", "kept-1-0");
        assertThat(metric("apiserversource.checkpoint.fullness")).isBetween(0.6, 0.7);
    }

    /** A pod named as in a cluster: in one of 200 namespaces, of one of 2,000 deployments. */
    private ObjectState pod(int number) {
        String namespace = "team-%d-production".formatted(number % 200);
        String name =
                "service-%d-%s-%s".formatted(number % 2_000, suffix(number % 2_000, 10), suffix(random.nextLong(), 5));
        String uid = new UUID(random.nextLong(), random.nextLong()).toString();
        return new ObjectState(namespace, name, uid, "" + (900_000_000 + random.nextInt(80_000_000)), true);
    }

    /** The random end of a generated name, from the alphabet that Kubernetes uses. */
    private static String suffix(long seed, int length) {
        SplittableRandom letters = new SplittableRandom(seed);
        return letters.ints(length, 0, 27)
                .mapToObj(i -> "" + "bcdfghjklmnpqrstvwxz2456789".charAt(i))
                .collect(Collectors.joining());
    }

    @Test
    void writesOneChangeIntoTheManifestOnly() {
        StreamState stream = start();
        list(stream, 5_000);
        time.advance(Duration.ofMinutes(1));
        store.written.clear();

        add(stream, "new", 11).run();
        time.advance(Duration.ofSeconds(50));

        assertThat(store.written).containsExactly("kept");
        assertThat(store.maps.get("kept").length).isLessThan(400);
    }

    @Test
    void writesAtMostEveryFiveSeconds() {
        StreamState stream = start();
        list(stream, 10);
        time.advance(Duration.ofMinutes(1));
        store.written.clear();

        for (int i = 0; i < 1_000; i++) {
            add(stream, "o" + i, 11 + i).run();
            time.advance(Duration.ofMillis(10));
        }

        assertThat(store.written).hasSizeBetween(2, 3);
    }

    @Test
    void losesNothingWhenWritesFailForLong() {
        StreamState stream = start();
        list(stream, 10);
        time.advance(Duration.ofMinutes(1));
        store.refusal = 503;
        for (int i = 0; i < 20_000; i++) {
            add(stream, "o" + i, 11 + i).run();
        }
        time.advance(Duration.ofMinutes(10));
        assertThat(metric("apiserversource.checkpoint.failures")).isGreaterThan(5);
        store.refusal = 0;
        time.advance(Duration.ofMinutes(10));

        assertThat(start().indexedObjects()).isEqualTo(20_010);
    }

    @Test
    void ignoresTheCheckpointOfAnotherCluster() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.cluster = "cluster-2";

        assertThat(start().isResumed()).isFalse();
        assertThat(ignored("foreign")).isEqualTo(1);
    }

    @Test
    void ignoresATruncatedCheckpoint() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.maps.compute("kept", (name, bytes) -> Arrays.copyOf(bytes, bytes.length - 3));

        assertThat(start().isResumed()).isFalse();
        assertThat(ignored("corrupt")).isEqualTo(1);
    }

    @Test
    void resumesAtTheMarkWithoutAMissingShard() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.maps.remove("kept-1-0");

        StreamState stream = start();
        assertThat(stream.position()).isEqualTo("10");
        assertThat(stream.isIndexComplete()).isFalse();
        assertThat(ignored("shard")).isEqualTo(1);
        assertThat(store.maps).as("written again").containsKey("kept-1-0");
    }

    @Test
    void keepsTheObjectsOfAnOlderShard() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        byte[] older = store.maps.get("kept-1-0");
        start();
        add(states.claim(TARGET), "new", 11).run();
        states.dirtyObjects().addAll();
        time.advance(Duration.ofSeconds(30));
        store.maps.put("kept-1-0", older);

        StreamState stream = start();
        assertThat(stream.position()).isEqualTo("11");
        assertThat(stream.indexedObjects()).isEqualTo(3);
        assertThat(stream.isIndexComplete()).isFalse();
    }

    /** A source with 5,000 objects of which 600 have changed, one of them twice, and one is deleted. */
    private StreamState withAJournal() {
        StreamState stream = start();
        list(stream, 5_000);
        time.advance(Duration.ofMinutes(1));
        store.written.clear();
        for (int i = 0; i < 600; i++) {
            add(stream, "object-" + i, 11 + i).run();
        }
        delete(stream, "object-7", 700).run();
        time.advance(Duration.ofMinutes(1));
        add(stream, "object-8", 800).run();
        time.advance(Duration.ofMinutes(1));
        return stream;
    }

    private static Runnable delete(StreamState stream, String name, int version) {
        stream.remove("ns", name);
        Runnable settled =
                stream.add(new Change(Change.Kind.DELETED, TARGET, object(name, version), false, Optional.empty()));
        stream.readUpTo("" + version);
        return settled;
    }

    private static Optional<String> version(StreamState stream, String name) {
        return Optional.ofNullable(stream.indexed("ns", name)).map(ObjectState::resourceVersion);
    }

    @Test
    void resumesWithTheStatesInTheJournal() {
        withAJournal();
        assertThat(store.written).containsOnlyOnce("kept-journal-0").doesNotContain("kept-1-0");
        assertThat(store.maps.get("kept").length).isLessThan(1_024);

        StreamState second = start();
        assertThat(second.position()).isEqualTo("800");
        assertThat(second.isIndexComplete()).isTrue();
        assertThat(version(second, "object-6")).as("in the journal").contains("17");
        assertThat(version(second, "object-7")).as("deleted in the journal").isEmpty();
        assertThat(version(second, "object-8")).as("in the manifest").contains("800");
        assertThat(version(second, "object-600")).as("in a shard").contains("5");
    }

    @Test
    void resumesAtTheMarkWithoutAMissingSegment() {
        withAJournal();
        store.maps.remove("kept-journal-0");

        StreamState second = start();
        assertThat(second.position()).isEqualTo("800");
        assertThat(second.isIndexComplete()).isFalse();
        assertThat(ignored("shard")).isEqualTo(1);
        assertThat(store.written).as("all is written again").contains("kept-1-0");
    }

    @Test
    void usesNoSegmentThatTheManifestDoesNotMean() throws IOException {
        withAJournal();
        Manifest.Segment other = new Manifest.Segment(1, Map.of());
        store.maps.put("kept-journal-0", CheckpointCodec.encode(other));

        assertThat(start().isIndexComplete()).isFalse();
        assertThat(ignored("shard")).isEqualTo(1);
    }

    @Test
    void aSegmentWithoutItsManifestDoesNotCount() {
        StreamState stream = start();
        list(stream, 5_000);
        time.advance(Duration.ofMinutes(1));
        store.refusedParts = "kept"::equals;
        for (int i = 0; i < 600; i++) {
            add(stream, "object-" + i, 11 + i).run();
        }
        time.advance(Duration.ofSeconds(5));
        assertThat(store.maps).containsKey("kept-journal-0");
        store.refusedParts = part -> false;

        StreamState second = start();
        assertThat(second.position()).isEqualTo("10");
        assertThat(second.isIndexComplete()).isTrue();
        assertThat(version(second, "object-6")).contains("5");
    }

    @Test
    void manifestsHoldTheDirtyObjectsWhenTheJournalIsRefused() {
        store.refusedParts = part -> part.contains("journal");
        withAJournal();
        assertThat(store.maps).doesNotContainKey("kept-journal-0");
        assertThat(metric("apiserversource.checkpoint.enabled")).isEqualTo(1);

        StreamState second = start();
        assertThat(second.position()).isEqualTo("800");
        assertThat(second.isIndexComplete()).isTrue();
        assertThat(version(second, "object-6")).contains("17");
        assertThat(version(second, "object-7")).isEmpty();
    }

    @Test
    void anIncompleteIndexStaysSoAcrossRestartsUntilAList() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.maps.remove("kept-1-0");
        start();
        assertThat(start().isIndexComplete()).isFalse();

        StreamState third = start();
        third.listedUpTo("20");
        time.advance(Duration.ofMinutes(3));
        assertThat(start().isIndexComplete()).isTrue();
    }

    @Test
    void writesADeletedShardAgainWithAllItsObjects() {
        StreamState stream = start();
        list(stream, 3);
        time.advance(Duration.ofSeconds(5));
        store.maps.remove("kept-1-0");
        add(stream, "new", 11).run();
        // With the shards that are written now and then.
        states.dirtyObjects().addAll();
        time.advance(Duration.ofMinutes(1));

        StreamState second = start();
        assertThat(second.indexedObjects()).isEqualTo(4);
        assertThat(second.isIndexComplete()).isTrue();
    }

    @Test
    void writesEverythingAgainWhenAnotherProcessHasWritten() {
        StreamState stream = start();
        list(stream, 3);
        time.advance(Duration.ofSeconds(5));
        store.written.clear();
        store.overwrites = true;
        add(stream, "new", 11).run();
        time.advance(Duration.ofSeconds(3));
        store.overwrites = false;
        time.advance(Duration.ofSeconds(30));

        assertThat(store.written).contains("kept-1-0");
    }

    @Test
    void refusesToStartWithTheCheckpointOfANewerRelease() throws IOException {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(store.maps.get("kept"))).readAllBytes();
        plain[4] = 99;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        store.maps.put("kept", packed.toByteArray());
        store.written.clear();

        checkpoint = checkpoint(Optional.of(store));
        Future<Void> loaded = checkpoint.load(why -> {});
        time.advance(Duration.ofMinutes(1));
        assertThat(loaded.cause()).hasMessageContaining("format version 99");
        assertThat(checkpoint.isReady()).isFalse();
        assertThat(store.written).isEmpty();
    }

    @Test
    void reportsAGapWhenTheCheckpointCannotBeUsed() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.maps.put("kept", new byte[] {1});

        assertThat(start().firstList().gap()).isEqualTo("forgotten");
    }

    @Test
    void reportsAGapWhenTheCheckpointIsMissingAndTheLeaseWasHeld() {
        startedBefore = true;

        assertThat(start().firstList().gap()).isEqualTo("forgotten");
        assertThat(ignored("missing")).isEqualTo(1);
    }

    @Test
    void reportsNoGapAtTheFirstStart() {
        assertThat(start().firstList().gap()).isEmpty();
        assertThat(ignored("missing")).isZero();
    }

    @Test
    void reportsNoGapWhenTheProcessBeforeHasReadNothing() {
        start();
        startedBefore = true;

        assertThat(start().firstList().gap()).isEmpty();
        assertThat(ignored("missing")).isZero();
    }

    @Test
    void startsWhenTheEmptyCheckpointCannotBeWritten() {
        store.trouble = 1;
        checkpoint = checkpoint(Optional.of(store));
        Future<Void> loaded = checkpoint.load(why -> {});
        time.advance(Duration.ofSeconds(1));
        assertThat(loaded.succeeded()).isTrue();
        store.trouble = 0;
        list(states.claim(TARGET), 3);
        time.advance(Duration.ofMinutes(1));

        assertThat(start().isResumed()).isTrue();
    }

    @Test
    void reportsAGapOfTheFirstNamespaceThatJoins() {
        watchNoNamespace();
        watchNoNamespace();
        assertThat(checkpoint.isReady()).isTrue();
        assertThat(metric("apiserversource.low.watermark.lag.seconds")).isZero();
        start();

        FirstList joined = states.claim(target("joined", "pods")).firstList();
        assertThat(joined.gap()).isEqualTo("new_stream");
        assertThat(joined.newSince()).isAfter(time.now().minusSeconds(660));
        assertThat(states.claim(target("ns", "services")).firstList().gap())
                .as("a resource that is added")
                .isEmpty();
    }

    /** A process whose source selects namespaces and finds none; it runs for an hour. */
    private void watchNoNamespace() {
        checkpoint = checkpoint(Optional.of(store));
        checkpoint.load(why -> {});
        time.advance(Duration.ofSeconds(30));
        states.watchedNowhere(TARGET.resource(), RESOURCES.get(0));
        states.dropUnclaimed();
        time.advance(Duration.ofHours(1));
        checkpoint.close();
        time.advance(Duration.ofSeconds(1));
    }

    @Test
    void reportsAGapOfTheFirstNamespaceThoughItsListIsDeniedForLong() {
        watchNoNamespace();
        start();
        states.dropUnclaimed();
        time.advance(Duration.ofMinutes(5));
        StreamState stream = start();
        assertThat(stream.firstList().gap()).isEqualTo("new_stream");
        list(stream, 3);
        states.dropUnclaimed();
        time.advance(Duration.ofMinutes(5));
        start();
        states.dropUnclaimed();

        assertThat(states.all()).as("the stream itself").hasSize(1);
    }

    @Test
    void reportsAGapOfANamespaceThatJoins() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        start();

        FirstList joined = states.claim(target("joined", "pods")).firstList();
        assertThat(joined.gap()).isEqualTo("new_stream");
        assertThat(joined.newSince())
                .isBetween(time.now().minusSeconds(660), time.now().minusSeconds(600));
        assertThat(states.claim(target("ns", "services")).firstList().gap())
                .as("a resource that is added")
                .isEmpty();
    }

    private static WatchTarget target(String namespace, String plural) {
        return new WatchTarget(new ResourceType("", "v1", plural, "Any", true), Optional.of(namespace), "", false);
    }

    @Test
    void writesADeletedCheckpointAgain() {
        StreamState stream = start();
        list(stream, 3);
        time.advance(Duration.ofSeconds(5));
        store.maps.clear();
        add(stream, "new", 11).run();
        time.advance(Duration.ofSeconds(10));

        assertThat(start().indexedObjects()).isEqualTo(4);
    }

    @Test
    void waitsForTheRightToReadIt() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.refusal = 403;
        checkpoint = checkpoint(Optional.of(store));
        Future<Void> loaded = checkpoint.load(why -> {});
        time.advance(Duration.ofMinutes(10));
        assertThat(loaded.isComplete()).isFalse();
        assertThat(checkpoint.notReady())
                .hasValueSatisfying(why -> assertThat(why).contains("refused"));

        store.refusal = 0;
        time.advance(Duration.ofMinutes(2));
        assertThat(states.claim(TARGET).isResumed()).isTrue();
    }

    @Test
    void runsWithoutACheckpointThatIsNotRequiredWhenReadingIsDenied() {
        required = false;
        store.refusal = 403;
        StreamState stream = start();
        list(stream, 3);
        time.advance(Duration.ofSeconds(5));

        assertThat(stream.isResumed()).isFalse();
        assertThat(metric("apiserversource.checkpoint.enabled")).isZero();
        assertThat(checkpoint.isReady()).isTrue();
    }

    @Test
    void doesNotReportADenialOfACheckpointThatIsNotRequired() {
        required = false;
        store.refusal = 403;
        checkpoint = checkpoint(Optional.of(store));
        List<String> retries = new ArrayList<>();
        Future<Void> loaded = checkpoint.load(retries::add);
        time.advance(Duration.ofSeconds(30));

        assertThat(loaded.succeeded()).isTrue();
        assertThat(retries).isEmpty();
    }

    @Test
    void writesACheckpointThatIsNotRequiredOnceTheRightIsGranted() {
        required = false;
        store.refusal = 403;
        StreamState stream = start();
        list(stream, 3);
        time.advance(Duration.ofMinutes(5));
        store.refusal = 0;
        time.advance(Duration.ofMinutes(2));
        assertThat(metric("apiserversource.checkpoint.enabled")).isOne();
        add(stream, "new", 11).run();
        time.advance(Duration.ofSeconds(10));

        StreamState next = start();
        assertThat(next.isResumed()).isTrue();
        assertThat(next.position()).isEqualTo("11");
        assertThat(next.indexedObjects()).isEqualTo(4);
    }

    /** What an earlier process has stored could not be read. It must not remain beside what this one writes. */
    @Test
    void replacesTheCheckpointThatItCouldNotRead() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        required = false;
        store.refusal = 403;
        StreamState stream = start();
        time.advance(Duration.ofSeconds(30)); // Until the denial is final.
        list(stream, 2);
        time.advance(Duration.ofMinutes(1));
        store.refusal = 0;
        time.advance(Duration.ofMinutes(2));

        assertThat(start().indexedObjects()).isEqualTo(2);
    }

    @Test
    void retriesWhenTheApiServerDoesNotAnswer() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.unansweredRequests = 4;

        assertThat(start().isResumed()).isTrue();
    }

    @Test
    void retriesWhileCredentialsAreRejected() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        store.refusal = 401;
        checkpoint = checkpoint(Optional.of(store));
        Future<Void> loaded = checkpoint.load(why -> {});
        time.advance(Duration.ofMinutes(10));
        assertThat(loaded.isComplete()).isFalse();

        store.refusal = 0;
        time.advance(Duration.ofMinutes(2));
        assertThat(loaded.isComplete()).isTrue();
        assertThat(states.claim(TARGET).isResumed()).isTrue();
    }

    @Test
    void writesTheLastChangesWhenClosed() {
        StreamState stream = start();
        list(stream, 3);
        time.advance(Duration.ofSeconds(5));
        add(stream, "late", 11).run();
        checkpoint.close();
        time.advance(Duration.ofSeconds(1));

        assertThat(start().indexed("ns", "late")).isNotNull();
    }

    @Test
    void dropsAnUnclaimedStreamOnlyWhenAllResourcesWereFound() {
        list(start(), 3);
        time.advance(Duration.ofSeconds(5));
        checkpoint = checkpoint(Optional.of(store));
        checkpoint.load(why -> {});
        time.advance(Duration.ofMinutes(2));
        assertThat(start().isResumed()).isTrue();

        checkpoint = checkpoint(Optional.of(store));
        checkpoint.load(why -> {});
        time.advance(Duration.ofSeconds(1));
        states.dropUnclaimed();
        time.advance(Duration.ofMinutes(2));
        assertThat(start().isResumed()).isFalse();
    }

    @Test
    void withoutAStoreItIsReadyAndMeasuresTheLag() {
        checkpoint = checkpoint(Optional.empty());
        assertThat(checkpoint.load(why -> {}).succeeded()).isTrue();
        StreamState stream = states.claim(TARGET);
        list(stream, 3);
        Runnable settled = add(stream, "pending", 11);
        time.advance(Duration.ofSeconds(7));

        assertThat(checkpoint.isReady()).isTrue();
        assertThat(metric("apiserversource.checkpoint.enabled")).isZero();
        assertThat(metric("apiserversource.low.watermark.lag.seconds")).isEqualTo(7);
        assertThat(states.dirtyObjects().size()).as("names in memory").isZero();
        settled.run();
        assertThat(metric("apiserversource.low.watermark.lag.seconds")).isZero();
        assertThat(checkpoint.close().succeeded()).isTrue();
        assertThat(store.written).isEmpty();
    }
}
