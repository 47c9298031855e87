package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

/** A Lease that is used when the rights to it are there. */
class OptionalLeaseTest {

    private static final int FORBIDDEN = 403;

    private final SimulatedTime time = new SimulatedTime();
    private final LeaseInMemory lease = new LeaseInMemory(time, new SplittableRandom(1));

    private SimulatedMember start(String name) {
        SimulatedMember member =
                SimulatedMember.withOptionalLease(name, lease, time).start();
        seconds(1);
        return member;
    }

    private void seconds(int seconds) {
        time.advance(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void worksWithoutALeaseThatIsNotAvailable(int refusal) {
        lease.refusal = refusal;
        SimulatedMember a = start("a");

        assertThat(a.elected).isEqualTo(1);
        assertThat(a.delivers()).isTrue();
        assertThat(a.isLeading()).isTrue();
        assertThat(a.election.fence().holds().result()).isTrue();
        seconds(600);
        assertThat(a.delivers()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 429, 500})
    void waitsForAnAnswerThatSaysWhetherItIsAvailable(int failure) {
        lease.refusal = failure;
        lease.away = failure == 0;
        SimulatedMember a = start("a");
        seconds(60);

        assertThat(a.elected).isZero();
        assertThat(a.delivers()).isFalse();
    }

    @Test
    void acquiresTheLeaseOnceTheRightIsGranted() {
        lease.refusal = FORBIDDEN;
        SimulatedMember a = start("a");
        lease.refusal = 0;
        seconds(61);

        assertThat(lease.record.holder()).isEqualTo("a");
        assertThat(a.elected).isEqualTo(1);
        assertThat(a.delivers()).isTrue();
        assertThat(a.lost).isEmpty();
    }

    @Test
    void theNextProcessStandsByOnceTheRightIsGranted() {
        lease.refusal = FORBIDDEN;
        SimulatedMember old = start("old");
        lease.refusal = 0;
        seconds(61);
        SimulatedMember next = start("next");
        assertThat(next.delivers()).isFalse();
        old.stop(Duration.ofSeconds(1));
        seconds(4);

        assertThat(next.delivers()).isTrue();
    }

    /** Two processes that both work without the Lease: the one that does not acquire it ends. */
    @Test
    void endsWhenAnotherProcessHasAcquiredTheLease() {
        lease.refusal = FORBIDDEN;
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        lease.refusal = 0;
        seconds(62);

        assertThat(a.delivers()).isTrue();
        assertThat(b.delivers()).isFalse();
        assertThat(b.lost).singleElement().asString().contains("ns/lease", "held by a");
    }

    @Test
    void aStandbyThatLosesTheRightRemainsStandby() {
        SimulatedMember a = start("a");
        SimulatedMember b = start("b");
        lease.refusal = FORBIDDEN;
        seconds(5);

        assertThat(a.delivers()).isTrue();
        assertThat(b.delivers()).isFalse();
        assertThat(b.elected).isZero();
    }

    @Test
    void drainsWithoutTheLease() {
        lease.refusal = FORBIDDEN;
        SimulatedMember a = start("a");
        a.stop(Duration.ofSeconds(5));
        seconds(2);
        assertThat(a.delivers()).isTrue();
        seconds(4);

        assertThat(a.dead).isTrue();
        assertThat(a.lost).isEmpty();
    }
}
