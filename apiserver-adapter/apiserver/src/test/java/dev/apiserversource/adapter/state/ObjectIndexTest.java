package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

class ObjectIndexTest {

    private static final String[] UIDS = {
        "",
        "opaque-ü",
        "6B29FC40-CA47-1067-B31D-00DD010662DA",
        "0-0-0-0-0",
        "6b29fc40-ca47-1067-b31d-00dd010662dz",
        "x".repeat(36)
    };
    private static final String[] VERSIONS = {"", "0", "18446744073709551617", "not-a-number-☁️", "v".repeat(300)};

    private final ObjectIndex known = new ObjectIndex(new KeyHash(5));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, ObjectState> model = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            // The index grows and shrinks in turn; many names collide in a table this small.
            boolean growing = step / 2_000 % 2 == 0;
            ObjectState one = arbitrary(random);
            String key = one.namespace() + "/" + one.name();
            switch (random.nextInt(growing ? 4 : 8)) {
                case 0, 1 -> {
                    known.put(one);
                    model.put(key, one);
                    seen.add(key);
                }
                case 2 -> {
                    known.see(one.namespace(), one.name());
                    seen.add(key);
                }
                case 3 -> {
                    if (random.nextInt(500) == 0) {
                        known.beginList();
                        seen.clear();
                    }
                }
                default -> {
                    known.remove(one.namespace(), one.name());
                    model.remove(key);
                    seen.remove(key);
                }
            }
            if (!Objects.equals(known.get(one.namespace(), one.name()), model.get(key))
                    || known.size() != model.size()) {
                fail("seed %d, step %d: %s", seed, step, one);
            }
            if (step % 997 == 0) {
                assertUnseen(model, seen);
            }
        }
        model.values().forEach(one -> assertThat(known.get(one.namespace(), one.name()))
                .isEqualTo(one));
        assertUnseen(model, seen);
    }

    private void assertUnseen(Map<String, ObjectState> model, Set<String> seen) {
        Set<ObjectState> unseen = new HashSet<>();
        known.unseen().forEach(packed -> unseen.add(ObjectState.unpack(packed)));
        Map<String, ObjectState> expected = new HashMap<>(model);
        expected.keySet().removeAll(seen);

        assertThat(unseen).isEqualTo(Set.copyOf(expected.values()));
    }

    private static ObjectState arbitrary(SplittableRandom random) {
        String namespace = random.nextInt(3) == 0 ? "" : "ns-" + random.nextInt(3);
        String uid = random.nextBoolean()
                ? new UUID(random.nextLong(), random.nextLong()).toString()
                : UIDS[random.nextInt(UIDS.length)];
        return new ObjectState(
                namespace,
                "name-" + random.nextInt(400),
                uid,
                VERSIONS[random.nextInt(VERSIONS.length)],
                random.nextBoolean());
    }

    @Test
    void distinguishesNamespaceFromName() {
        known.put(new ObjectState("a", "b", "1", "1", true));
        known.put(new ObjectState("", "a", "2", "2", true));

        assertThat(known.size()).isEqualTo(2);
        assertThat(known.get("a", "b")).isEqualTo(new ObjectState("a", "b", "1", "1", true));
        assertThat(known.get("", "a")).isEqualTo(new ObjectState("", "a", "2", "2", true));
        assertThat(known.get("", "b")).isNull();
    }

    @Test
    void unseenObjectsStayUntilTheyAreRemoved() {
        known.put(new ObjectState("ns", "gone", "1", "1", true));
        known.put(new ObjectState("ns", "put", "2", "2", true));
        known.put(new ObjectState("ns", "seen", "3", "3", true));

        known.beginList();
        known.put(new ObjectState("ns", "put", "2", "9", false));
        known.see("ns", "seen");
        known.see("ns", "never-known");

        assertThat(known.unseen()).singleElement().satisfies(packed -> assertThat(
                        ObjectState.unpack(packed).name())
                .isEqualTo("gone"));
        assertThat(known.size()).isEqualTo(3);
    }

    /** Random puts and removals, compared with a map. */
    @Test
    void keepsTheDigestOfEachObject() {
        SplittableRandom random = new SplittableRandom(3);
        ObjectIndex index = new ObjectIndex(new KeyHash(5));
        Map<String, Long> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String name = "n" + random.nextInt(300);
            long digest = random.nextInt(3) == 0 ? 0 : random.nextLong();
            switch (random.nextInt(4)) {
                case 0 -> {
                    index.remove("ns", name);
                    expected.remove(name);
                }
                case 1 -> {
                    if (expected.containsKey(name)) {
                        index.setDigest("ns", name, digest);
                        expected.put(name, digest);
                    }
                }
                default -> {
                    index.put(new ObjectState("ns", name, "1", "" + i, true), digest);
                    expected.put(name, digest);
                }
            }
        }

        assertThat(expected).isNotEmpty().allSatisfy((name, digest) -> assertThat(index.digest("ns", name))
                .isEqualTo(digest));
        assertThat(index.digest("ns", "absent")).isZero();
    }
}
