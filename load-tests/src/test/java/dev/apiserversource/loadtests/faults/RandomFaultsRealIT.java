package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.RealApiServer;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mixtures of faults, drawn from a seed that is printed: {@code -Dfaults.seed=} draws others, {@code -Dfaults.mixture=} runs one of
 * them only.
 */
@RealApiServer
class RandomFaultsRealIT {

    private static final int MIXTURES = 20;
    /** Always the same unless another is given: what fails in CI fails with the same mixture here. */
    private static final long SEED = Long.getLong("faults.seed", 7);

    @BeforeAll
    static void printSeed() {
        System.out.println("mixtures of faults: -Dfaults.seed=" + SEED);
    }

    static IntStream mixtures() {
        int only = Integer.getInteger("faults.mixture", -1);
        return only < 0 ? IntStream.range(0, MIXTURES) : IntStream.of(only);
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void losesNothing(int number, ControlPlane plane) {
        Mixture mixture = Mixture.drawn(new SplittableRandom(SEED * MIXTURES + number));
        String name = "-Dfaults.seed=" + SEED + " -Dfaults.mixture=" + number + " (" + mixture + ")";
        Outcome outcome = Run.of(mixture, plane);
        System.out.println(outcome.line() + "  " + number + ": " + mixture);
        assertThat(outcome.complaints(mixture.expectation())).as(name).isEmpty();
    }
}
