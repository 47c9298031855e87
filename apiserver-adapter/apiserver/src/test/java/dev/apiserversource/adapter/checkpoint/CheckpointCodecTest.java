package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.state.ReplayMark;
import dev.apiserversource.adapter.state.StreamId;
import dev.apiserversource.adapter.state.StreamSnapshot;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CheckpointCodecTest {

    /** Bytes of format version 2, written by an earlier build. */
    private static final String STORED_MANIFEST =
            "H4sIAAAAAAAA/1VOMQrCQBCcO4OJjWhpYWlhIRqjYCMoFraCL7gkRwRj7vQuiHC/8hc+QfAnFm6ijQvD7s4Mw6z3mx1HK8lL"
                    + "Y+VlFALwCD4h+O0KHG3ntEqNc9eDyqUDDyfgswlpDEFhxsaWyRF8+mW6HE2lxbmUZJySHNe0R5dg6PnH4Xv12Hayex8v1oyf"
                    + "5AorDfj6MlVIsDnYov6rAkADA6E1VUilztXtJAtrXGHcSVqRCiscqcurjPE/DD5F14ngUVRRH33zEx72AAAA";

    private static final String STORED_SHARD =
            "H4sIAAAAAAAA/3MMdg5mYmBg4ABiJga+mpqC/JTimpryjPyc1BqwmCR7tuYfh1PuAumbZRnuMrIl3WJgMjTMK9ZPZBBDl7rN"
                    + "wGipn8ygmlhQADQkJbUgJ78yNzWvpLgmr7gmN7UkMSWxJLEGKGtbnpoENJ2RQZCJgS2/ILGwNBVoqhHQ1CQAunRQ6ZIAAAA=";

    /** The same in format version 3, with a time, a seed and an incomplete index. */
    private static final String STORED_MANIFEST_3 =
            "H4sIAAAAAAAA/3MMdg5gZuBMziktLkkt0jVkYGCcXbOyp4MBAnyBmAWI2YGYA0qDMBMDR01NQX5KcU0NA5OhAQOTiQFQlJGBI69Y"
                    + "v7ikNDmbgckIIiLIxMCWX5BYWJoKVGgElE4CC7MAWYmMDJLs2Zp/HE65C6RvlmW4y8iWdAuoyhAkB7YeqC49Py+VgdGU"
                    + "gdECzAdZzcDAzCCTWFAAtDwltSAnvzI3Na+kuCavuAYoaFuemsSAChgZ2IEmgg1iYDI2hoviNQMAIXCeoRkBAAA=";

    private static final String PODS = "||pods||";
    private static final String DEPLOYMENTS = "apps||deployments|ns|app=web";
    private static final ObjectState A = new ObjectState("ns", "a", "6b29fc40-ca47-1067-b31d-00dd010662da", "11", true);
    private static final ObjectState B = new ObjectState("ns", "b", "opaque", "12", false);
    private static final ObjectState C = new ObjectState("", "c", "6b29fc40-ca47-1067-b31d-00dd010662db", "9", true);

    private static byte[] stored(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    @Test
    void readsAStoredManifest() throws IOException {
        assertContent(CheckpointCodec.manifest(stored(STORED_MANIFEST)));
    }

    @Test
    void readsAStoredManifestWithoutAJournal() throws IOException {
        Manifest manifest = CheckpointCodec.manifest(stored(STORED_MANIFEST_3));

        assertContent(manifest);
        assertThat(manifest.written()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(manifest.parts().seed()).isEqualTo(77);
        assertThat(manifest.incompleteIndexes()).containsExactly(DEPLOYMENTS);
    }

    @Test
    void readsTheSegmentsThatItNames() throws IOException {
        Manifest manifest = CheckpointCodec.manifest(stored(STORED_MANIFEST));
        List<Manifest.SegmentName> journal =
                List.of(new Manifest.SegmentName(15, -7), new Manifest.SegmentName(0, Long.MAX_VALUE));
        Manifest named = new Manifest(
                manifest.cluster(),
                manifest.written(),
                new Manifest.Parts(1, List.of(7), journal),
                manifest.streams(),
                manifest.incompleteIndexes());

        assertThat(CheckpointCodec.manifest(CheckpointCodec.encode(named)).parts())
                .isEqualTo(named.parts());
    }

    @Test
    void readsTheSegmentThatItWrites() throws IOException {
        Map<String, byte[]> pods = new HashMap<>();
        pods.put("ns/a", A.pack());
        pods.put("ns/gone", null);
        Manifest.Segment segment = new Manifest.Segment(-9, Map.of(PODS, pods));

        assertThat(CheckpointCodec.segment(CheckpointCodec.encode(segment)))
                .usingRecursiveComparison()
                .isEqualTo(segment);
    }

    @Test
    void readsTheManifestThatItWrites() throws IOException {
        Manifest manifest = CheckpointCodec.manifest(stored(STORED_MANIFEST));

        assertContent(CheckpointCodec.manifest(CheckpointCodec.encode(manifest)));
    }

    @Test
    void readsTheReplaysThatItWrites() throws IOException {
        ReplayMark running = new ReplayMark("2026-01:a", Instant.ofEpochMilli(1_000), "ns/a", 12, Optional.empty());
        ReplayMark complete =
                new ReplayMark("r", Instant.ofEpochMilli(2_000), "", 0, Optional.of(Instant.ofEpochMilli(3_000)));
        byte[] written = CheckpointCodec.encode(withReplays(running, complete).withoutWindows());
        Manifest read = CheckpointCodec.manifest(written);

        assertThat(read.streams()).containsOnlyKeys(PODS, DEPLOYMENTS);
        assertThat(read.streams().get(PODS).replay()).contains(running);
        assertThat(read.streams().get(DEPLOYMENTS).replay()).contains(complete);
    }

    /** A release without replays must read it: the format version is the same, and one more stream has the marks. */
    @Test
    void replaysAreAStreamOfTheSameFormat() throws IOException {
        ReplayMark mark = new ReplayMark("r", Instant.ofEpochMilli(1_000), "ns/a", 12, Optional.empty());
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(CheckpointCodec.encode(withReplays(mark, mark))))
                .readAllBytes();
        StreamId id = StreamId.of("apiserversource.dev||replays|*|");

        assertThat(plain[4]).isEqualTo((byte) 4);
        assertThat(new String(plain, StandardCharsets.ISO_8859_1)).contains(id.text());
        assertThat(id).isEqualTo(new StreamId("apiserversource.dev", "", "replays", "*", "", ""));
    }

    private static Manifest withReplays(ReplayMark pods, ReplayMark deployments) throws IOException {
        Manifest manifest = CheckpointCodec.manifest(stored(STORED_MANIFEST));
        return new Manifest(
                manifest.cluster(),
                manifest.written(),
                manifest.parts(),
                Map.of(
                        PODS, manifest.streams().get(PODS).withReplay(pods),
                        DEPLOYMENTS, manifest.streams().get(DEPLOYMENTS).withReplay(deployments)),
                manifest.incompleteIndexes());
    }

    private static void assertContent(Manifest manifest) {
        assertThat(manifest.cluster()).isEqualTo("cluster-1");
        assertThat(manifest.parts().generations()).containsExactly(7, 8, 7, 7);
        assertThat(manifest.parts().journal()).isEmpty();
        assertThat(manifest.streams()).containsOnlyKeys(PODS, DEPLOYMENTS);
        assertThat(manifest.streams().get(PODS))
                .usingRecursiveComparison()
                .isEqualTo(new StreamSnapshot(
                        "10",
                        "",
                        new StreamSnapshot.ResumeWindow("40", Map.of("ns/stuck", "20")),
                        List.of(B.pack()),
                        Map.of("ns/a", A.pack()),
                        List.of(new Gap("gone", "5", "8", 1, 2, 3))));
        assertThat(manifest.streams().get(DEPLOYMENTS))
                .usingRecursiveComparison()
                .isEqualTo(new StreamSnapshot(
                        "",
                        "33",
                        new StreamSnapshot.ResumeWindow("", Map.of()),
                        List.of(),
                        Collections.singletonMap("ns/gone", null),
                        List.of()));
    }

    @Test
    void readsAStoredShard() throws IOException {
        assertContent(CheckpointCodec.shard(stored(STORED_SHARD)));
    }

    @Test
    void readsTheShardThatItWrites() throws IOException {
        Manifest.Shard shard = CheckpointCodec.shard(stored(STORED_SHARD));

        assertContent(CheckpointCodec.shard(CheckpointCodec.encode(shard)));
    }

    private static void assertContent(Manifest.Shard shard) {
        assertThat(shard.generation()).isEqualTo(8);
        assertThat(shard.states()).containsOnlyKeys(PODS, DEPLOYMENTS);
        assertThat(shard.states().get(PODS)).containsExactly(A.pack(), C.pack());
        assertThat(shard.states().get(DEPLOYMENTS)).containsExactly(B.pack());
    }

    @Test
    void refusesTruncatedBytes() {
        byte[] bytes = stored(STORED_MANIFEST);

        assertThatThrownBy(() -> CheckpointCodec.manifest(Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesAShardInPlaceOfTheManifest() {
        assertThatThrownBy(() -> CheckpointCodec.manifest(stored(STORED_SHARD)))
                .hasMessageContaining("not a part of a checkpoint");
    }

    @Test
    void refusesAnUnknownFormatVersion() throws IOException {
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(stored(STORED_SHARD))).readAllBytes();
        plain[4] = 5;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }

        assertThatThrownBy(() -> CheckpointCodec.shard(packed.toByteArray())).hasMessageContaining("format version 5");
    }
}
