package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random faults from a printed seed. {@code -Dfaults.seed=} draws others, {@code -Dfaults.draws=12} more, {@code
 * -Dfaults.draw=} runs one draw.
 */
@ControlPlaneTest
class RandomFaultsRealIT {

    /** How many draws a seed has. A third of them takes two minutes. */
    private static final int DRAWS = 12;

    /** Fixed, so that a failure in CI is repeated with the same faults. */
    private static final long SEED = Long.getLong("faults.seed", 7);

    @BeforeAll
    static void printSeed() {
        System.out.println("random faults: -Dfaults.seed=" + SEED);
    }

    static IntStream draws() {
        int only = Integer.getInteger("faults.draw", -1);
        return only < 0 ? IntStream.range(0, Integer.getInteger("faults.draws", DRAWS / 3)) : IntStream.of(only);
    }

    @ParameterizedTest
    @MethodSource("draws")
    void nothingIsLost(int draw, ControlPlane plane) {
        RandomFaults faults = RandomFaults.draw(new SplittableRandom(SEED * DRAWS + draw));
        String name = "-Dfaults.seed=" + SEED + " -Dfaults.draw=" + draw + " (" + faults + ")";
        FaultOutcome outcome = ScenarioRun.of(faults, plane);
        System.out.println(outcome.line() + "  " + draw + ": " + faults);
        assertThat(outcome.failures()).as(name).isEmpty();
    }
}
