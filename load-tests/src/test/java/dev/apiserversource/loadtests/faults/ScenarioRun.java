package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.TestBed;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.faults.FaultOutcome.Claim;
import dev.apiserversource.loadtests.faults.FaultOutcome.Expectation;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.SteadyLoad;
import dev.apiserversource.loadtests.load.SteadyLoad.Shape;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.verify.GroundTruth;
import org.awaitility.core.ConditionTimeoutException;

import java.time.Duration;
import java.util.List;

import static dev.apiserversource.loadtests.TestBed.RECOVERY;

/** One run of a source under load, with faults in it. */
final class ScenarioRun implements AutoCloseable {

    /** So many events, before and after a fault, show that the source works. */
    private static final int SOME_EVENTS = 50;

    private final FaultTarget target;
    private final long begin = System.nanoTime();
    private GroundTruth truth = new GroundTruth();
    private Shape shape;
    private SteadyLoad load;

    /**
     * Starts an adapter and a load.
     *
     * @param checkpoint whether to return when a checkpoint includes the objects that the load begins with
     */
    private ScenarioRun(FaultTarget target, Shape shape, boolean checkpoint) {
        this.target = target;
        this.shape = shape;
        target.start();
        target.awaitReady();
        load = newLoad();
        target.sink().await(truth.changes(), RECOVERY);
        load.start();
        if (checkpoint) {
            target.checkpoint().awaitCurrent();
        }
    }

    private SteadyLoad newLoad() {
        return new SteadyLoad(new ObjectWriter(target.plane().client(), truth, target.kind()), shape);
    }

    /** Runs a row of the table. */
    static FaultOutcome of(FaultTableRow row, ControlPlane plane) {
        FaultScenario scenario = row.scenario();
        try (FaultTarget target = scenario.standby()
                        ? FaultTarget.withLeader(plane, row.kind())
                        : FaultTarget.withoutLease(plane, row.kind());
                ScenarioRun run = new ScenarioRun(target, row.load(target.namespace()), scenario.needsCheckpoint())) {
            for (int i = 0; i < scenario.repetitions(); i++) {
                target.awaitEvents(SOME_EVENTS);
                scenario.before(target);
                run.inject(scenario);
                target.awaitReady();
                target.awaitLog(scenario.log());
            }
            scenario.afterwards(target);
            if (row.expectation() == Expectation.EVERY_CHANGE_AFTERWARDS) {
                run.startOver();
            }
            return run.outcome(row.toString(), row.expectation());
        }
    }

    /** Runs random faults. */
    static FaultOutcome of(RandomFaults faults, ControlPlane plane) {
        try (FaultTarget target = FaultTarget.withLease(plane, LoadKind.CONFIG_MAPS);
                ScenarioRun run = new ScenarioRun(
                        target, new Shape(target.namespace(), "object-", 10, 200, Duration.ofMillis(20)), true)) {
            faults.inject(target);
            return run.outcome("random", faults.expectation());
        }
    }

    private void inject(FaultScenario scenario) {
        List<Fault> faults = scenario.faults();
        faults.forEach(fault -> fault.begin(target));
        scenario.hold(target);
        for (int i = faults.size() - 1; i >= 0; i--) {
            faults.get(i).end(target);
        }
    }

    /** Replaces ground truth and load: only changes from now on are compared. */
    private void startOver() {
        load.stop();
        load.close();
        truth = new GroundTruth();
        shape = shape.named("later-" + shape.prefix());
        load = newLoad();
        load.start();
        target.awaitEvents(SOME_EVENTS);
    }

    private FaultOutcome outcome(String name, Expectation expectation) {
        target.awaitReady();
        load.stop();
        awaitExpected(expectation);
        Claim claim = new Claim(name, expectation, shape.prefix());
        return new FaultOutcome(claim, Duration.ofNanos(System.nanoTime() - begin), truth, events(), target);
    }

    private void awaitExpected(Expectation expectation) {
        try {
            TestBed.await("nothing is lost")
                    .atMost(RECOVERY)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> lost(expectation).isEmpty());
        } catch (ConditionTimeoutException e) {
            System.out.println(e.getMessage() + ": the outcome lists what is missing");
        }
    }

    /** What is still missing; the API server is asked only when nothing else is. */
    private List<String> lost(Expectation expectation) {
        List<String> lost =
                switch (expectation) {
                    case FINAL_OBJECTS -> List.of();
                    case FINAL_STATES -> truth.finalStates(events()).lost();
                    case EVERY_CHANGE, EVERY_CHANGE_AFTERWARDS ->
                        truth.everyChange(events()).lost();
                };
        return lost.isEmpty() ? target.lostObjects(shape.prefix()) : lost;
    }

    /** The events about the objects of the load. */
    private List<RecordedEvent> events() {
        String prefix = target.kind().subject(shape.namespace(), shape.prefix());
        return target.sink().taken().stream()
                .filter(event -> event.subject().startsWith(prefix))
                .toList();
    }

    @Override
    public void close() {
        load.close();
    }
}
