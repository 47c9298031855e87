package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.PreviousState;
import dev.apiserversource.adapter.model.PreviousStateFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class PreviousStatesTest {

    /** Cannot be compressed. */
    private static final byte[] DATA = new byte[1_000];

    private static final int STATE_BYTES =
            PreviousStateFixture.of("1", random(DATA)).compressed().length;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PreviousStates states = new PreviousStates(3L * (STATE_BYTES + PreviousStates.ENTRY_BYTES), registry);
    private final PreviousStates.OfResource pods = states.ofResource();

    private static byte[] random(byte[] data) {
        new SplittableRandom(1).nextBytes(data);
        return data;
    }

    private static ObjectMetadata object(String uid) {
        return object(uid, "1");
    }

    private static ObjectMetadata object(String uid, String version) {
        return new ObjectMetadata("v1", "Pod", "ns", "name", uid, version, Optional.empty());
    }

    private String versionOf(String uid) {
        return pods.of(object(uid)).orElseThrow().resourceVersion();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double dropped() {
        return registry.get("apiserversource.previous.states.dropped").counter().count();
    }

    @Test
    void hasTheLastStateOfEachObject() {
        pods.put(object("a", "1"), DATA);
        pods.put(object("a", "2"), DATA);

        assertThat(versionOf("a")).isEqualTo("2");
        assertThat(pods.of(object("a")).orElseThrow().data()).isEqualTo(DATA);
        assertThat(pods.of(object("b"))).contains(PreviousState.UNKNOWN);
        assertThat(gauge("apiserversource.previous.states")).isEqualTo(1);
        assertThat(gauge("apiserversource.previous.state.bytes")).isEqualTo(STATE_BYTES + PreviousStates.ENTRY_BYTES);
    }

    @Test
    void forgetsDeletedObjects() {
        pods.put(object("a"), DATA);
        pods.remove(object("a"));

        assertThat(pods.lacks(object("a"))).isTrue();
        assertThat(gauge("apiserversource.previous.state.bytes")).isZero();
    }

    @Test
    void dropsTheStateThatWasUsedLeastRecently() {
        pods.put(object("a"), DATA);
        pods.put(object("b"), DATA);
        pods.put(object("c"), DATA);
        pods.of(object("a"));
        pods.put(object("d"), DATA);

        assertThat(pods.lacks(object("b"))).isTrue();
        assertThat(pods.lacks(object("a"))).isFalse();
        assertThat(gauge("apiserversource.previous.states")).isEqualTo(3);
        assertThat(dropped()).isEqualTo(1);
    }

    @Test
    void aListDropsNothing() {
        pods.learn(object("a"), DATA);
        pods.learn(object("b"), DATA);
        pods.learn(object("c"), DATA);
        pods.learn(object("d"), DATA);

        assertThat(pods.lacks(object("a"))).isFalse();
        assertThat(pods.lacks(object("d"))).isTrue();
    }

    @Test
    void doesNotKeepWhatIsLargerThanTheBound() {
        pods.put(object("a", "1"), DATA);
        pods.put(object("a", "2"), random(new byte[5_000]));

        assertThat(pods.of(object("a"))).contains(PreviousState.UNKNOWN);
        assertThat(gauge("apiserversource.previous.state.bytes")).isZero();
    }

    @Test
    void resourcesHaveStatesOfTheirOwn() {
        pods.put(object("a"), DATA);

        assertThat(states.ofResource().lacks(object("a"))).isTrue();
    }

    @Test
    void keepsNothingUnlessItIsUsed() {
        PreviousStates.OfResource none = PreviousStates.OfResource.NONE;
        none.put(object("a"), DATA);

        assertThat(none.isUsed()).isFalse();
        assertThat(none.of(object("a"))).isEmpty();
        assertThat(none.lacks(object("a"))).isFalse();
    }
}
