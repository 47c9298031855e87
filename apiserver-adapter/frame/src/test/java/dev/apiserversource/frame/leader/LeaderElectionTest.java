package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class LeaderElectionTest {

    private final SimulatedTime time = new SimulatedTime();
    private final LeaseInMemory lease = new LeaseInMemory(time, new SplittableRandom(1));
    private final Map<String, SimulatedMember> members = new HashMap<>();

    private SimulatedMember start(String name) {
        SimulatedMember member = new SimulatedMember(name, lease, time, members).start();
        seconds(1);
        return member;
    }

    private void seconds(double seconds) {
        time.advance(Duration.ofMillis((long) (seconds * 1000)));
    }

    /** Seconds until {@code member} is active. */
    private double untilActive(SimulatedMember member) {
        for (int tenths = 0; tenths < 600; tenths++) {
            if (member.isActive()) {
                return tenths / 10.0;
            }
            seconds(0.1);
        }
        throw new AssertionError("never active: " + member.election.standing());
    }

    @Test
    void theFirstTakesAFreeLeaseAndTheSecondStandsBy() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");

        assertThat(a.delivers()).isTrue();
        assertThat(a.activated).isEqualTo(1);
        assertThat(b.election.standing()).isEqualTo(new LeaderState.Standby("a"));
        assertThat(b.delivers()).isFalse();
        assertThat(lease.record.holder()).isEqualTo("a");
        assertThat(lease.record.address()).contains("a:1");
    }

    @Test
    void theHolderStaysForAsLongAsItRenews() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(600);

        assertThat(a.delivers()).isTrue();
        assertThat(b.activated).isZero();
        assertThat(lease.record.transitions()).isEqualTo(1);
    }

    @Test
    void aKillIsNoticedByTheLifeline() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(7);
        a.kill();

        assertThat(untilActive(b)).isLessThan(1);
        assertThat(lease.record.transitions()).isEqualTo(2);
    }

    @Test
    void aFrozenHolderIsFollowedWhenItsLeaseHasExpired() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(7);
        a.freeze();

        assertThat(untilActive(b)).isBetween(9.0, 17.5);
    }

    @Test
    void whoeverWasFrozenTooLongNoticesBeforeItDeliversAgain() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        a.freeze();
        seconds(30);
        assertThat(b.delivers()).isTrue();
        a.thaw();

        assertThat(a.delivers()).isFalse();
        seconds(1);
        assertThat(a.lost).singleElement().asString().contains("held by b");
    }

    @Test
    void whoeverWasFrozenAndHasNoSuccessorGoesOn() {
        SimulatedMember a = start("a");
        List<String> ran = new ArrayList<>();
        a.freeze();
        seconds(60);
        a.thaw();
        a.election.whenSure(() -> ran.add("late"));
        assertThat(ran).isEmpty();
        seconds(1);

        assertThat(a.lost).isEmpty();
        assertThat(ran).containsExactly("late");
    }

    /** As when a machine is suspended: what counts time stands still there. */
    @Test
    void aClockThatJumpsAheadSuspendsUntilTheNextRenewal() {
        SimulatedMember a = start("a");
        a.skew = Duration.ofMinutes(1);
        assertThat(a.delivers()).isFalse();
        seconds(6);

        assertThat(a.delivers()).isTrue();
    }

    @Test
    void aReleaseHandsOverAtOnce() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(3);
        a.stop(Duration.ofSeconds(20));
        seconds(19.5);
        assertThat(a.delivers()).as("while it drains").isTrue();
        assertThat(b.activated).isZero();
        seconds(1.5);

        assertThat(b.delivers()).isTrue();
    }

    @Test
    void aStandbyThatIsStoppedChangesNothing() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        b.stop(Duration.ZERO);
        seconds(1);
        assertThat(b.dead).isTrue();
        a.kill();
        seconds(60);

        assertThat(b.activated).isZero();
        assertThat(lease.record.holder()).isEqualTo("a");
    }

    @Test
    void aReleaseThatIsNotAnsweredHoldsNobodyUp() {
        SimulatedMember a = start("a");
        lease.away = true;
        a.stop(Duration.ZERO);
        seconds(4.1);

        assertThat(a.dead).isTrue();
    }

    @Test
    void aProcessThatIsStartedAgainUnderItsNameGoesOnAtOnce() {
        start("a").kill();
        SimulatedMember again = start("a");

        assertThat(again.delivers()).isTrue();
        assertThat(lease.record.transitions()).isEqualTo(1);
    }

    @Test
    void anUnknownHolderWhoseAddressRefusesIsFollowedWhenItDoesNotRenewEither() {
        start("a").kill();
        SimulatedMember b = start("b");

        assertThat(untilActive(b)).isBetween(5.0, 9.0);
    }

    /** As a network policy may do. */
    @Test
    void aRefusalAloneProvesNothing() {
        SimulatedMember a = start("a");
        a.refusesStrangers = true;
        SimulatedMember b = start("b");
        seconds(120);

        assertThat(a.delivers()).isTrue();
        assertThat(b.activated).isZero();
    }

    @Test
    void anApiServerThatIsAwaySuspendsAndEndsNobody() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        List<String> ran = new ArrayList<>();
        lease.away = true;
        seconds(60);
        a.election.whenSure(() -> ran.add("held"));
        assertThat(a.delivers()).isFalse();
        assertThat(a.election.standing()).isInstanceOf(LeaderState.Suspended.class);
        assertThat(b.election.standing()).isInstanceOf(LeaderState.Waiting.class);
        lease.away = false;
        seconds(20);

        assertThat(a.delivers()).isTrue();
        assertThat(ran).containsExactly("held");
        assertThat(b.activated).isZero();
        assertThat(b.election.standing()).isEqualTo(new LeaderState.Standby("a"));
    }

    @Test
    void aChangeByOthersDoesNotDisturbTheHolder() {
        SimulatedMember a = start("a");
        for (int i = 0; i < 20; i++) {
            lease.touch();
            seconds(2.5);
        }

        assertThat(a.delivers()).isTrue();
        assertThat(a.lost).isEmpty();
    }

    @Test
    void aLeaseThatIsMadeAnewIsNotTakenBeforeItsHolderKnows() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        lease.makeAnew();
        for (int i = 0; i < 300; i++) {
            seconds(0.1);
            assertThat(a.delivers() && b.delivers()).isFalse();
        }

        assertThat(a.lost).hasSize(1);
        assertThat(b.delivers()).isTrue();
    }

    @Test
    void aMissingRightIsSaidWithItsRemedyAndWaitedFor() {
        lease.refusal = 403;
        SimulatedMember a = start("a");
        assertThat(a.election.standing())
                .isEqualTo(
                        new LeaderState.Waiting(
                                "the Lease ns/lease cannot be had: HTTP 403; grant get, update and patch on this Lease (coordination.k8s.io) by its name"));
        lease.refusal = 404;
        seconds(3);
        assertThat(a.election.standing().toString()).contains("create the Lease");
        lease.refusal = 0;
        seconds(3);

        assertThat(a.delivers()).isTrue();
    }

    @Test
    void theClusterIsAskedWhetherTheLeaseIsStillOurs() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        assertThat(a.election.confirm()).satisfies(answer -> {
            seconds(0.1);
            assertThat(answer.result()).isTrue();
        });
        a.freeze();
        seconds(20);
        assertThat(b.delivers()).isTrue();
        a.frozen = false;
        var asked = a.election.confirm();
        seconds(0.1);

        assertThat(asked.result()).isFalse();
        assertThat(a.lost).hasSize(1);
    }
}
