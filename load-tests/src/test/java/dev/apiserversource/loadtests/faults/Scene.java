package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.Patience;
import dev.apiserversource.loadtests.Rig;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.Launch;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.FaultProxy;
import dev.apiserversource.loadtests.sink.Behaviour;
import dev.apiserversource.loadtests.sink.RecordingSink;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One source, with whatever a fault can be done to: the adapters that work for it, one after the other or side by side, the way to their
 * API server, their token, their checkpoint and their sink. The adapters run with the limits and the settings of a pod.
 */
final class Scene implements AutoCloseable {

    /** How long anything may take to be well again on a busy machine. */
    static final Patience RECOVERY = Patience.ofSeconds(90);

    private final ControlPlane plane;
    private final Rig rig;
    private final FaultProxy proxy;
    private final Path token;
    private final StoredParts checkpoint;
    private final List<AdapterProcess> everStarted = new CopyOnWriteArrayList<>();
    private final Deque<AdapterProcess> running = new ArrayDeque<>();
    private final Repeatable repeatable = new Repeatable();
    private @Nullable Replicas replicas;
    private long mostMemory;
    private long succession;

    Scene(ControlPlane plane) {
        this.plane = plane;
        this.proxy = plane.newProxy();
        this.rig = Rig.forConfigMaps(plane);
        this.checkpoint = new StoredParts(rig);
        this.token = plane.newFile("token");
        writeToken();
    }

    /** Whoever works does so by a Lease, as under our controller. */
    static Scene withLease(ControlPlane plane) {
        Scene scene = new Scene(plane);
        scene.replicas = new Replicas(scene.rig);
        return scene;
    }

    /** Two adapters, of which one works: the first, which is ready; the other is started. */
    static Scene withStandby(ControlPlane plane) {
        Scene scene = withLease(plane);
        scene.launch();
        scene.awaitReady();
        return scene;
    }

    ControlPlane plane() {
        return plane;
    }

    FaultProxy proxy() {
        return proxy;
    }

    StoredParts checkpoint() {
        return checkpoint;
    }

    RecordingSink sink() {
        return rig.sink();
    }

    String namespace() {
        return rig.namespace();
    }

    void nothing() {}

    /** Starts an adapter and returns at once. */
    synchronized void launch() {
        AdapterProcess adapter = replicas == null ? rig.start(pod()) : replicas.start(rig, pod());
        everStarted.add(adapter);
        running.add(adapter);
    }

    private Launch pod() {
        return Launch.inPod(
                        rig.configMaps(),
                        proxy.url(),
                        plane.certificate(),
                        token,
                        rig.sink().url())
                .with("NAMESPACE", rig.namespace())
                .with("CHECKPOINT_NAME", StoredParts.NAME)
                .with("K_SINK_TIMEOUT", "1");
    }

    /** All of them stop where they are. */
    synchronized void freezeAll() {
        running.forEach(AdapterProcess::suspend);
        repeatable.answersLost();
    }

    /** All of them go on; one that has lost the Lease ends. */
    synchronized void thawAll() {
        running.forEach(AdapterProcess::resume);
    }

    /** Waits until the adapter that is now the first has taken over. */
    void awaitTakeOver(Patience patience) {
        patience.until("the standby is active", () -> Replicas.isActive(running.element()));
    }

    /** Waits until the adapter that was started last is ready. */
    void awaitReady() {
        newest().awaitReady(RECOVERY);
    }

    synchronized AdapterProcess newest() {
        return running.getLast();
    }

    synchronized void kill() {
        AdapterProcess adapter = running.remove();
        noteMemory(adapter);
        adapter.kill9();
        adapter.awaitExit(RECOVERY);
        if (replicas != null) {
            replicas.killed(adapter);
        }
        repeatable.crashed();
    }

    void launchSuccessor() {
        succession = System.nanoTime();
        launch();
        awaitReady();
    }

    synchronized void endPredecessor() {
        AdapterProcess predecessor = running.remove();
        noteMemory(predecessor);
        predecessor.sigterm();
        int exit = predecessor.awaitExit(RECOVERY);
        repeatable.bothWorkedSince(succession);
        if (exit != 0) {
            throw new AssertionError("the predecessor ended with " + exit);
        }
    }

    void freeze() {
        newest().suspend();
        // Attempts that it was about may have timed out when it goes on, whatever the sink answered.
        repeatable.answersLost();
    }

    void thaw() {
        newest().resume();
    }

    void sink(Behaviour behaviour) {
        rig.sink().behave(behaviour);
        repeatable.answersLost();
    }

    void sinkAccepts() {
        rig.sink().behave(Behaviour.ACCEPT);
    }

    void passOn() {
        proxy.passOn();
    }

    /** No token that the adapter could have is good for anything, and no connection that a good one opened is left. */
    void expireToken() {
        RECOVERY.until("the tokens are revoked", () -> succeeds(rig.account()::revokeTokens));
        proxy.cut();
    }

    void rotateToken() {
        RECOVERY.until("there is another token", () -> succeeds(this::writeToken));
    }

    private static boolean succeeds(Runnable action) {
        try {
            action.run();
            return true;
        } catch (KubernetesClientException away) {
            return false;
        }
    }

    private void writeToken() {
        try {
            // At once, as the kubelet does it: nobody may read half a token.
            Path next =
                    Files.writeString(plane.newFile("next-token"), rig.account().token());
            Files.move(next, token, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the adapter, and starts another. */
    void restart() {
        kill();
        launch();
        awaitReady();
    }

    /** Waits until a watch of the newest adapter has come to an end for that reason. */
    void awaitRestartOfWatch(String reason) {
        RECOVERY.until("a watch is over, reason " + reason, () -> restarts(reason) > 0);
    }

    /** Cuts the connections again and again until a watch could not be opened for that reason. */
    void cutUntilRefused(String reason) {
        RECOVERY.until("a watch is refused, reason " + reason, () -> {
            proxy.cut();
            return new Patience(Duration.ofSeconds(1)).holdsWithin(() -> restarts(reason) > 0);
        });
    }

    /** Waits until the newest adapter holds as many events as it may. */
    void awaitFullAdapter() {
        RECOVERY.until("the adapter is full", () -> newest().metrics().sum("apiserversource_held_events") >= 1_000);
    }

    private double restarts(String reason) {
        return newest().metrics().sum("apiserversource_watch_restarts_total", "reason=\"" + reason + "\"");
    }

    /** Waits until an adapter's log says so. */
    void awaitSaid(String words) {
        RECOVERY.until("the log says: " + words, () -> said(words));
    }

    private boolean said(String words) {
        return words.isEmpty() || log().stream().anyMatch(line -> line.text().contains(words));
    }

    /** Waits until events come, whoever sends them. */
    void awaitEvents(int more) {
        int before = sink().takenCount();
        RECOVERY.until(
                () -> more + " events; came: " + (sink().takenCount() - before) + ", " + newest().readiness(),
                () -> sink().takenCount() >= before + more);
    }

    /** All lines of all adapters there have been. */
    List<LogLine> log() {
        List<LogLine> all = new ArrayList<>();
        everStarted.forEach(adapter -> all.addAll(adapter.log()));
        return all;
    }

    /** How many gaps have been reported. */
    long gaps() {
        return log().stream()
                .filter(line -> line.message().startsWith("gap closed"))
                .count();
    }

    /** Why nobody may repeat more than that many events. */
    int mostRepeats() {
        return repeatable.most(sink().taken());
    }

    /** The most memory that an adapter had, in bytes. */
    synchronized long mostMemory() {
        running.forEach(this::noteMemory);
        return mostMemory;
    }

    private void noteMemory(AdapterProcess adapter) {
        if (adapter.alive()) {
            mostMemory = Math.max(mostMemory, adapter.mostResidentBytes());
        }
    }

    static void pass(Duration time) {
        new Patience(time).holdsWithin(() -> false);
    }

    @Override
    public void close() {
        rig.close();
        proxy.close();
        // Whatever failed, the next scene needs it.
        plane.resumeApiServer();
    }
}
