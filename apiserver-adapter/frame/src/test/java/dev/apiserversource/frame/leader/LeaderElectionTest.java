package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class LeaderElectionTest {

    private final SimulatedTime time = new SimulatedTime();
    private final LeaseInMemory lease = new LeaseInMemory(time, new SplittableRandom(1));

    private SimulatedMember start(String name) {
        SimulatedMember member = new SimulatedMember(name, lease, time).start();
        seconds(1);
        return member;
    }

    private void seconds(double seconds) {
        time.advance(Duration.ofMillis((long) (seconds * 1000)));
    }

    /** Seconds until {@code member} is the leader. */
    private double secondsUntilLeading(SimulatedMember member) {
        for (int tenths = 0; tenths < 600; tenths++) {
            if (member.isLeading()) {
                return tenths / 10.0;
            }
            seconds(0.1);
        }
        throw new AssertionError("not the leader: " + member.election.state());
    }

    @Test
    void theFirstAcquiresAFreeLeaseAndTheSecondIsStandby() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");

        assertThat(a.delivers()).isTrue();
        assertThat(a.elected).isEqualTo(1);
        assertThat(b.election.state()).isEqualTo(new LeaderState.Standby("a"));
        assertThat(b.delivers()).isFalse();
        assertThat(lease.record.holder()).isEqualTo("a");
    }

    @Test
    void theLeaderStaysLeaderWhileItRenews() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(600);

        assertThat(a.delivers()).isTrue();
        assertThat(b.elected).isZero();
        assertThat(lease.record.transitions()).isEqualTo(1);
    }

    @Test
    void aFrozenOrKilledLeaderIsReplacedWhenItsLeaseHasExpired() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(7);
        a.freeze();
        assertThat(secondsUntilLeading(b)).isBetween(9.0, 17.5);
        b.kill();
        SimulatedMember c = start("c");

        assertThat(secondsUntilLeading(c)).isBetween(9.0, 17.5);
        assertThat(lease.record.transitions()).isEqualTo(3);
    }

    @Test
    void aFrozenLeaderFindsItsLeaseLostBeforeItDelivers() {
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
    void aFrozenLeaderWithoutSuccessorResumes() {
        SimulatedMember a = start("a");
        List<String> ran = new ArrayList<>();
        a.freeze();
        seconds(60);
        a.thaw();
        a.election.sendPermit().whenGranted(() -> ran.add("late"));
        assertThat(ran).isEmpty();
        seconds(1);

        assertThat(a.lost).isEmpty();
        assertThat(ran).containsExactly("late");
    }

    /** As after a suspended machine, whose monotonic clock stood still. */
    @Test
    void aClockThatJumpsAheadSuspendsUntilTheNextRenewal() {
        SimulatedMember a = start("a");
        a.skew = Duration.ofMinutes(1);
        assertThat(a.delivers()).isFalse();
        seconds(6);

        assertThat(a.delivers()).isTrue();
    }

    @Test
    void aReleasedLeaseIsTakenAtTheNextRead() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(3);
        a.stop(Duration.ofSeconds(20));
        seconds(19.5);
        assertThat(a.delivers()).as("while it drains").isTrue();
        assertThat(b.elected).isZero();
        seconds(1.5);

        assertThat(b.delivers()).isTrue();
    }

    @Test
    void aStoppedStandbyDoesNotTakeOver() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        b.stop(Duration.ZERO);
        seconds(1);
        assertThat(b.dead).isTrue();
        a.kill();
        seconds(60);

        assertThat(b.elected).isZero();
        assertThat(lease.record.holder()).isEqualTo("a");
    }

    @Test
    void aReleaseWithoutAnswerDelaysTheEndByFourSecondsAtMost() {
        SimulatedMember a = start("a");
        lease.away = true;
        a.stop(Duration.ZERO);
        seconds(4.1);

        assertThat(a.dead).isTrue();
    }

    @Test
    void aRestartedContainerTakesItsOwnLeaseAtOnce() {
        start("a").kill();
        SimulatedMember again = start("a");

        assertThat(again.delivers()).isTrue();
        assertThat(lease.record.transitions()).isEqualTo(1);
    }

    @Test
    void whileTheApiServerIsAwayTheLeaderIsSuspendedAndNoneTakesOver() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        List<String> ran = new ArrayList<>();
        lease.away = true;
        seconds(60);
        a.election.sendPermit().whenGranted(() -> ran.add("held"));
        assertThat(a.delivers()).isFalse();
        assertThat(a.election.state()).isInstanceOf(LeaderState.Suspended.class);
        assertThat(b.election.state()).isInstanceOf(LeaderState.Waiting.class);
        lease.away = false;
        seconds(20);

        assertThat(a.delivers()).isTrue();
        assertThat(ran).containsExactly("held");
        assertThat(b.elected).isZero();
        assertThat(b.election.state()).isEqualTo(new LeaderState.Standby("a"));
    }

    @Test
    void aChangeByAnotherClientIsNoLoss() {
        SimulatedMember a = start("a");
        for (int i = 0; i < 20; i++) {
            lease.touch();
            seconds(2.5);
        }

        assertThat(a.delivers()).isTrue();
        assertThat(a.lost).isEmpty();
    }

    @Test
    void aMissingRightIsReportedWithARemedyAndRetried() {
        lease.refusal = 403;
        SimulatedMember a = start("a");
        assertThat(a.election.state())
                .isEqualTo(new LeaderState.Waiting(
                        "the Lease ns/lease cannot be acquired: HTTP 403; grant get, update and patch on "
                                + "this Lease (coordination.k8s.io) by its name"));
        lease.refusal = 404;
        seconds(3);
        assertThat(a.election.state().toString()).contains("create the Lease");
        lease.refusal = 0;
        seconds(3);

        assertThat(a.delivers()).isTrue();
    }

    @Test
    void theFenceReadsTheLease() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        assertThat(a.election.fence().holds()).satisfies(answer -> {
            seconds(0.1);
            assertThat(answer.result()).isTrue();
        });
        a.freeze();
        seconds(20);
        assertThat(b.delivers()).isTrue();
        a.frozen = false;
        var asked = a.election.fence().holds();
        seconds(0.1);

        assertThat(asked.result()).isFalse();
        assertThat(a.lost).hasSize(1);
    }

    /** Timers that count whole milliseconds fire just before the deadline. */
    @Test
    void isSuspendedThoughTheTimerFiresEarly() {
        SimulatedMember a = start("a");
        a.earliness = Duration.ofNanos(900_000);
        seconds(10);
        lease.away = true;
        seconds(20);

        assertThat(a.election.state()).isInstanceOf(LeaderState.Suspended.class);
        assertThat(a.delivers()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5})
    void aRecreatedLeaseIsNotTakenDuringTheFormerTerm(double sinceRenewal) {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        seconds(4 + sinceRenewal);
        lease.recreate();
        for (int i = 0; i < 300; i++) {
            seconds(0.1);
            assertThat(a.delivers() && b.delivers()).isFalse();
        }

        assertThat(a.lost).hasSize(1);
        assertThat(b.delivers()).isTrue();
    }

    @Test
    void anExceptionOfTheClientIsRetriedLikeAFailedRequest() {
        lease.broken = true;
        SimulatedMember a = start("a");
        seconds(10);
        assertThat(a.election.state().toString()).contains("the client is closed");
        lease.broken = false;
        seconds(5);
        assertThat(a.delivers()).isTrue();
        lease.broken = true;
        seconds(20);
        assertThat(a.election.state()).isEqualTo(new LeaderState.Suspended("the client is closed"));
        lease.broken = false;
        seconds(5);

        assertThat(a.delivers()).isTrue();
        assertThat(lease.record.holder()).isEqualTo("a");
    }

    @Test
    void anActionThatFailsDoesNotKeepTheOthersWaiting() {
        SimulatedMember a = start("a");
        List<String> ran = new ArrayList<>();
        lease.away = true;
        seconds(20);
        a.election.sendPermit().whenGranted(() -> {
            throw new IllegalStateException("first");
        });
        a.election.sendPermit().whenGranted(() -> ran.add("second"));
        lease.away = false;
        seconds(20);

        assertThat(ran).containsExactly("second");
        assertThat(a.delivers()).isTrue();
    }

    @Test
    void onlyTheFirstLeaderHasNoPredecessor() {
        SimulatedMember a = start("a");
        assertThat(a.election.fence().hasPredecessor()).isFalse();
        a.kill();
        SimulatedMember restarted = start("a");
        assertThat(restarted.election.fence().hasPredecessor()).isTrue();
        restarted.kill();
        SimulatedMember b = start("b");
        secondsUntilLeading(b);

        assertThat(b.election.fence().hasPredecessor()).isTrue();
    }

    @Test
    void aLongLeaseIsTakenAsSoonAsItIsReleased() {
        LeaseSettings oneMinute = new LeaseSettings("ns", "lease", "a", Duration.ofSeconds(60));

        assertThat(oneMinute.renewInterval()).isEqualTo(Duration.ofSeconds(20));
        assertThat(oneMinute.retryPeriod()).isEqualTo(Duration.ofSeconds(2));
    }
}
