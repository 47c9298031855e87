package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.SteadyLoad;
import dev.apiserversource.loadtests.truth.Verdict;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/** Two adapters under load, of which one is active, when that one ends in one way or another. */
@RealApiServer
class StandbyRealIT {

    private static final int BYTES = 100;
    private static final Patience AFTER_A_KILL = Patience.ofSeconds(5);
    private static final Patience AFTER_A_FREEZE = Patience.ofSeconds(20);
    private static final Patience RECOVERY = Patience.ofSeconds(90);
    private static final int SUPERSEDED = 3;

    private static boolean isActive(AdapterProcess adapter) {
        return adapter.log().stream().anyMatch(line -> line.message().startsWith("active: "));
    }

    private static void awaitEvents(Pair pair) {
        int before = pair.rig().sink().takenCount();
        RECOVERY.until("events flow", () -> pair.rig().sink().takenCount() > before + 300);
    }

    /** Lets the active adapter come to its end under load, and checks that nothing is lost and every order kept. */
    private static void losesNothing(Pair pair, ControlPlane plane, Consumer<Pair> end) {
        GroundTruth truth = new GroundTruth();
        try (SteadyLoad load = new SteadyLoad(
                new ConfigMapWriter(plane.client(), truth), pair.rig().namespace(), BYTES)) {
            load.start();
            awaitEvents(pair);
            assertThat(isActive(pair.standby())).isFalse();
            end.accept(pair);
            awaitEvents(pair);
            load.stop();
        }
        assertThat(truth.everyChange(pair.rig().sink(), RECOVERY)).matches(Verdict::flawless);
        assertThat(pair.rig().sink().breaches()).isEmpty();
    }

    @Test
    void aKillIsFollowedByTheStandbyWithinFiveSeconds(ControlPlane plane) {
        try (Pair pair = new Pair(plane)) {
            losesNothing(pair, plane, p -> {
                p.active().kill9();
                AFTER_A_KILL.until("the standby is active", () -> isActive(p.standby()));
                AFTER_A_KILL.until("its watches are open", p.standby()::ready);
            });
            assertThat(pair.lease("holderIdentity")).isEqualTo("pod-b");
            assertThat(pair.lease("leaseTransitions")).isEqualTo("2");
        }
    }

    @Test
    void aFreezeIsFollowedByTheStandbyWithinTwentySeconds(ControlPlane plane) {
        try (Pair pair = new Pair(plane)) {
            losesNothing(pair, plane, p -> {
                p.active().suspend();
                AFTER_A_FREEZE.until("the standby is active", () -> isActive(p.standby()));
                awaitEvents(p);
                p.active().resume();
                assertThat(p.active().awaitExit(RECOVERY)).isEqualTo(SUPERSEDED);
            });
        }
    }

    @Test
    void aThawedAdapterDeliversNothingMore(ControlPlane plane) {
        try (Pair pair = new Pair(plane)) {
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), new GroundTruth());
            pair.active().suspend();
            writer.create(pair.rig().namespace(), "one", "1");
            pair.rig().awaitConfigMap("add", "one");
            int attempts = pair.rig().sink().attempts();
            pair.active().resume();

            assertThat(pair.active().awaitExit(RECOVERY)).isEqualTo(SUPERSEDED);
            assertThat(pair.rig().sink().attempts()).isEqualTo(attempts);
        }
    }

    @Test
    void aRollHandsOverWithoutARepeat(ControlPlane plane) {
        try (Pair pair = new Pair(plane)) {
            losesNothing(pair, plane, p -> {
                p.active().sigterm();
                assertThat(p.active().awaitExit(RECOVERY)).isZero();
                AFTER_A_KILL.until("the standby is active", () -> isActive(p.standby()));
            });
            assertThat(pair.rig().sink().repeats()).isZero();
        }
    }

    @Test
    void whenBothWereFrozenOneGoesOn(ControlPlane plane) {
        try (Pair pair = new Pair(plane)) {
            losesNothing(pair, plane, p -> {
                List<AdapterProcess> both = List.of(p.active(), p.standby());
                both.forEach(AdapterProcess::suspend);
                AFTER_A_FREEZE.holdsWithin(() -> false);
                both.forEach(AdapterProcess::resume);
            });
        }
    }

    @Test
    void anApiServerThatIsAwayForLongerThanTheLeaseEndsNobody(ControlPlane plane) {
        try (Pair pair = new Pair(plane)) {
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), new GroundTruth());
            plane.stopApiServer();
            AFTER_A_FREEZE.holdsWithin(() -> false);
            plane.startApiServer();
            writer.create(pair.rig().namespace(), "one", "1");
            pair.rig().sink().await("add of one", event -> event.subject().endsWith("/one"), RECOVERY);

            assertThat(pair.active().alive()).isTrue();
            assertThat(pair.lease("holderIdentity")).isEqualTo("pod-a");
            assertThat(pair.rig().sink().repeats()).isZero();
        }
    }
}
