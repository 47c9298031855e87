package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Three processes, one Lease and random faults: never do two deliver at a time, and one does in the end. */
class LeaderElectionSimulationTest {

    private static final int STEPS = 1_500;

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void atMostOneProcessDeliversAndOneDoesInTheEnd(int seed) {
        Simulation simulation = new Simulation(seed);
        for (int i = 0; i < STEPS; i++) {
            simulation.step();
            assertThat(simulation.delivering()).as("seed %d, step %d", seed, i).hasSizeLessThanOrEqualTo(1);
        }
        simulation.calm();

        assertThat(simulation.delivering()).as("seed %d, in the end", seed).hasSize(1);
    }

    private static final class Simulation {

        private final SplittableRandom random;
        private final SimulatedTime time = new SimulatedTime();
        private final LeaseInMemory lease;
        private final List<SimulatedMember> members = new ArrayList<>();
        private int names;

        Simulation(int seed) {
            random = new SplittableRandom(seed);
            lease = new LeaseInMemory(time, random.split());
            lease.lossRate = seed % 3 * 0.1;
            lease.maxDelayMillis = seed % 2 == 0 ? 30 : 3_000;
            for (int i = 0; i < 3; i++) {
                members.add(start("p" + names++));
            }
        }

        private SimulatedMember start(String name) {
            SimulatedMember member = new SimulatedMember(name, lease, time);
            member.skew = Duration.ofSeconds(random.nextInt(-100, 100));
            return member.start();
        }

        List<String> delivering() {
            return members.stream()
                    .filter(SimulatedMember::delivers)
                    .map(member -> member.name)
                    .toList();
        }

        void step() {
            time.advance(Duration.ofMillis(random.nextInt(400)));
            if (random.nextInt(25) == 0) {
                fault(random.nextInt(members.size()));
            }
            for (int i = 0; i < members.size(); i++) {
                if (members.get(i).dead && random.nextInt(20) == 0) {
                    restart(i);
                }
            }
        }

        private void fault(int victim) {
            SimulatedMember member = members.get(victim);
            switch (random.nextInt(7)) {
                case 0 -> member.kill();
                case 1 -> member.freeze();
                case 2, 3 -> member.thaw();
                case 4 -> member.stop(Duration.ofSeconds(random.nextInt(20)));
                case 5 -> lease.away = !lease.away;
                default -> lease.touch();
            }
        }

        /** The container restarts in its pod, or another pod replaces it. */
        private void restart(int number) {
            String name = random.nextBoolean() ? members.get(number).name : "p" + names++;
            members.set(number, start(name));
        }

        void calm() {
            lease.away = false;
            lease.lossRate = 0;
            lease.maxDelayMillis = 30;
            // Twice: a drain that is under way ends first.
            for (int i = 0; i < 2 * members.size(); i++) {
                int number = i % members.size();
                members.get(number).thaw();
                if (members.get(number).dead) {
                    restart(number);
                }
                time.advance(Duration.ofSeconds(20));
            }
        }
    }
}
