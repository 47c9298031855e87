package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.SteadyLoad;
import dev.apiserversource.loadtests.truth.SteadyLoad.Shape;
import dev.apiserversource.loadtests.truth.Verdict;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A source that works under load while something happens to it, and the account of what came. */
final class Run implements AutoCloseable {

    /** So many events, before and after a fault, show that it works. */
    private static final int SOME_EVENTS = 50;

    /** A checkpoint, written once a second, knows then what came before. */
    private static final Duration BEFORE_THE_FAULT = Duration.ofMillis(1_500);

    private final Scene scene;
    private final long begin = System.nanoTime();
    private GroundTruth truth = new GroundTruth();
    private Shape shape;
    private SteadyLoad load;

    /** Starts an adapter, and a load when it is ready. */
    Run(Scene scene, Shape shape) {
        this.scene = scene;
        this.shape = shape;
        scene.launch();
        scene.awaitReady();
        load = load();
        scene.sink().await(truth.changes(), Scene.RECOVERY);
        load.start();
        Scene.pass(BEFORE_THE_FAULT);
    }

    private SteadyLoad load() {
        return new SteadyLoad(new ConfigMapWriter(scene.plane().client(), truth), shape);
    }

    /** Does what the row says. */
    static Outcome of(Row row, ControlPlane plane) {
        try (Scene scene = row.standby() ? Scene.withStandby(plane) : new Scene(plane);
                Run run = new Run(scene, row.load(scene.namespace()))) {
            for (int i = 0; i < row.times(); i++) {
                scene.awaitEvents(SOME_EVENTS);
                run.during(row.faults(), row::hold);
                scene.awaitReady();
                scene.awaitSaid(row.said());
            }
            row.after(scene);
            if (row.expectation() == Expectation.EVERY_CHANGE_FROM_THEN_ON) {
                run.countFromNowOn();
            }
            return run.outcome(row.name(), row.expectation());
        }
    }

    /** Lets a mixture happen. */
    static Outcome of(Mixture mixture, ControlPlane plane) {
        try (Scene scene = Scene.withLease(plane);
                Run run = new Run(scene, new Shape(scene.namespace(), "object-", 10, 200, Duration.ofMillis(20)))) {
            mixture.happen(scene);
            return run.outcome("mixture", mixture.expectation());
        }
    }

    private void during(List<Fault> faults, Consumer<Scene> hold) {
        faults.forEach(fault -> fault.begin(scene));
        hold.accept(scene);
        for (int i = faults.size() - 1; i >= 0; i--) {
            faults.get(i).end(scene);
        }
    }

    /** Forgets what was written, and goes on with other objects. */
    void countFromNowOn() {
        load.stop();
        load.close();
        truth = new GroundTruth();
        shape = new Shape(shape.namespace(), "then-" + shape.prefix(), shape.oldEach(), shape.bytes(), shape.pause());
        load = load();
        load.start();
        scene.awaitEvents(SOME_EVENTS);
    }

    /** Ends the load and waits for what has to come. */
    Outcome outcome(String name, Expectation expectation) {
        scene.awaitReady();
        load.stop();
        boolean finalStates = expectation == Expectation.FINAL_STATES;
        Scene.RECOVERY.holdsWithin(() -> judge(finalStates).lost().isEmpty());
        Verdict verdict = judge(finalStates);
        return new Outcome(
                name,
                Duration.ofNanos(System.nanoTime() - begin),
                truth.changes(),
                judge(false).lost(),
                judge(true).lost(),
                verdict.unexpected(),
                scene.sink().breaches(),
                scene.gaps(),
                scene.sink().repeats(),
                scene.mostRepeats(),
                scene.mostMemory());
    }

    private Verdict judge(boolean finalStates) {
        String ours = ConfigMapWriter.subject(shape.namespace(), shape.prefix());
        List<ReceivedEvent> events = scene.sink().taken().stream()
                .filter(event -> event.subject().startsWith(ours))
                .toList();
        return finalStates ? truth.finalStates(events) : truth.everyChange(events);
    }

    @Override
    public void close() {
        load.close();
    }
}
