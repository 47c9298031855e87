package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.TestBed;
import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterMetrics;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.faults.DuplicateBudget.Window;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.ParallelWrites;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.sink.RecordingSink;
import dev.apiserversource.loadtests.sink.SinkBehaviour;
import dev.apiserversource.loadtests.verify.FinalObjects;
import dev.apiserversource.loadtests.verify.GroundTruth;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import static dev.apiserversource.loadtests.TestBed.RECOVERY;

/**
 * The system that faults happen to: the adapters of one source, their API server, checkpoint, Lease and sink. The
 * adapters run as in a pod, with its JVM options and its environment.
 *
 * <p>Of several adapters the first is the leader, until a fault ends it.
 */
final class FaultTarget implements AutoCloseable {

    /** Short, so that a take-over is quick; a busy machine renews a Lease within it all the same. */
    static final Duration LEASE_DURATION = Duration.ofSeconds(5);

    private static final Duration LEASE_DURATION_OF_ONE_REPLICA = Duration.ofSeconds(60);

    /** The checkpoint and the Lease have the same name. */
    static final String NAME = "source";

    private static final String LEASE_API = "coordination.k8s.io/v1";

    /** Exit code of an adapter whose Lease another one has taken. */
    private static final int SUPERSEDED = 10;

    /** Long enough for a busy sink, and short enough for a stalled one. */
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(5);

    /** The default limit of pending events. */
    private static final int MAX_PENDING = 1_000;

    private final ControlPlane plane;
    private final TestBed bed;
    private final LoadKind kind;
    private final @Nullable Duration lease;
    private final TargetApiServer apiServer;
    private final CheckpointConfigMaps checkpoint;
    private final DuplicateBudget budget = new DuplicateBudget();
    private final List<AdapterProcess> everStarted = new CopyOnWriteArrayList<>();
    private final Deque<AdapterProcess> running = new ArrayDeque<>();
    private final Map<AdapterProcess, String> pods = new HashMap<>();
    private final Deque<String> podsToRestart = new ArrayDeque<>();
    private long peakMemory;
    private long overlapFrom;
    private @Nullable Window suspension;

    private FaultTarget(ControlPlane plane, LoadKind kind, @Nullable Duration lease) {
        this.plane = plane;
        this.kind = kind;
        this.lease = lease;
        this.bed = new TestBed(plane);
        this.apiServer = new TargetApiServer(plane, bed.account(), kind);
        bed.account().grantWatchIn(bed.namespace(), kind.group(), kind.plural());
        this.checkpoint = new CheckpointConfigMaps(bed, NAME);
        if (lease != null) {
            createLease();
        }
    }

    /** One adapter at a time, without a Lease: during a roll two work. */
    static FaultTarget withoutLease(ControlPlane plane, LoadKind kind) {
        return new FaultTarget(plane, kind, null);
    }

    /** The only adapter of a source, with the Lease duration of the controller's Deployment of one replica. */
    static FaultTarget ofOneReplica(ControlPlane plane, LoadKind kind) {
        return new FaultTarget(plane, kind, LEASE_DURATION_OF_ONE_REPLICA);
    }

    /** One adapter at a time that holds a Lease for a short time. */
    static FaultTarget withLease(ControlPlane plane, LoadKind kind) {
        return new FaultTarget(plane, kind, LEASE_DURATION);
    }

    /** A leader that is ready; the next adapter to be started is its standby. */
    static FaultTarget withLeader(ControlPlane plane, LoadKind kind) {
        FaultTarget target = withLease(plane, kind);
        target.start();
        target.awaitReady();
        return target;
    }

    ControlPlane plane() {
        return plane;
    }

    TargetApiServer apiServer() {
        return apiServer;
    }

    CheckpointConfigMaps checkpoint() {
        return checkpoint;
    }

    RecordingSink sink() {
        return bed.sink();
    }

    LoadKind kind() {
        return kind;
    }

    String namespace() {
        return bed.namespace();
    }

    void nothing() {}

    /** Starts an adapter and returns at once. */
    synchronized void start() {
        AdapterLaunch launch = inPod();
        String pod = podsToRestart.isEmpty() ? "pod-" + (everStarted.size() + 1) : podsToRestart.remove();
        if (lease != null) {
            launch = launch.with("LEASE_NAME", NAME)
                    .with("LEASE_DURATION", Long.toString(lease.toSeconds()))
                    .with("POD_NAME", pod);
        }
        AdapterProcess adapter = bed.start(launch);
        pods.put(adapter, pod);
        everStarted.add(adapter);
        running.add(adapter);
    }

    private AdapterLaunch inPod() {
        return AdapterLaunch.inPod(
                        AdapterSourceConfig.ofResources()
                                .in(bed.namespace())
                                .watch(kind.group(), kind.watchedVersion(), kind.plural()),
                        apiServer.proxy().url(),
                        plane.certificate(),
                        apiServer.token(),
                        bed.sink().url())
                .with("NAMESPACE", bed.namespace())
                .with("CHECKPOINT_NAME", NAME)
                .with("K_SINK_TIMEOUT", Long.toString(ATTEMPT_TIMEOUT.toSeconds()));
    }

    /** Waits until the adapter started last is ready. */
    void awaitReady() {
        newest().awaitReady(RECOVERY);
    }

    /** Waits until the newest adapter has read its checkpoint: a standby is ready without that. */
    void awaitLeading() {
        TestBed.await("the newest adapter leads")
                .atMost(RECOVERY)
                .ignoreExceptions()
                .until(() -> newest().metrics().sum(AdapterMetrics.LEADER) == 1);
        awaitReady();
    }

    /** Ends the only adapter by SIGTERM, starts another process, and waits until it is ready. */
    AdapterProcess restartGracefully() {
        AdapterProcess before = newest();
        before.terminate();
        expectExit(before, 0);
        running.remove(before);
        start();
        awaitReady();
        return newest();
    }

    /** The adapter started last. */
    synchronized AdapterProcess newest() {
        return running.getLast();
    }

    private synchronized AdapterProcess leader() {
        return running.getFirst();
    }

    /** Kills the leader. The next start is a restart of its container: it has the same pod name. */
    synchronized void kill() {
        AdapterProcess adapter = running.remove();
        recordMemory(adapter);
        adapter.kill();
        podsToRestart.add(podOf(adapter));
        budget.resumed(sinceCheckpoint());
    }

    /** Kills the leader and starts another process, and waits until it is ready. */
    void restart() {
        kill();
        start();
        awaitReady();
    }

    private Window sinceCheckpoint() {
        return new Window(checkpoint.completeUntil(), System.nanoTime());
    }

    void startSuccessor() {
        overlapFrom = checkpoint.completeUntil();
        start();
        awaitReady();
    }

    /** Ends the leader by SIGTERM. Only with a Lease can it hand over without a repeat. */
    synchronized void terminatePredecessor() {
        AdapterProcess predecessor = running.remove();
        recordMemory(predecessor);
        predecessor.terminate();
        expectExit(predecessor, 0);
        if (lease == null) {
            budget.resumed(new Window(overlapFrom, System.nanoTime()));
        }
    }

    void suspend() {
        newest().suspend();
        // Attempts in flight may time out meanwhile, although the sink accepts them.
        budget.responsesLost();
    }

    void resume() {
        newest().resume();
    }

    void suspendLeader() {
        leader().suspend();
        budget.resumed(sinceCheckpoint()); // For the standby there is no difference.
    }

    /** Resumes the suspended leader, which finds its Lease taken and exits. */
    synchronized void resumeSuperseded() {
        AdapterProcess superseded = running.remove();
        superseded.resume();
        expectExit(superseded, SUPERSEDED);
    }

    synchronized void suspendAll() {
        running.forEach(AdapterProcess::suspend);
        suspension = sinceCheckpoint();
        budget.responsesLost();
    }

    synchronized void resumeAll() {
        running.forEach(AdapterProcess::resume);
    }

    private static void expectExit(AdapterProcess adapter, int expected) {
        int code = adapter.awaitExit(RECOVERY);
        if (code != expected) {
            throw new AssertionError("exit code " + code + " instead of " + expected);
        }
    }

    /** Waits until the standby, which is the adapter started last, holds the Lease and is ready. */
    void awaitTakeOver() {
        String standby = podOf(newest());
        TestBed.await("the standby holds the Lease")
                .atMost(LEASE_DURATION.plus(TestBed.TIMEOUT))
                .until(() -> leaseHolder().equals(standby));
        awaitReady();
    }

    /** Asserts that the leader still runs and holds the Lease. */
    void assertLeaderUnchanged() {
        String expected = podOf(leader());
        if (!leader().alive() || !leaseHolder().equals(expected)) {
            throw new AssertionError(expected + " is not the leader any more, " + leaseHolder() + " is");
        }
    }

    private synchronized String podOf(AdapterProcess adapter) {
        return Objects.requireNonNull(pods.get(adapter));
    }

    private String leaseHolder() {
        GenericKubernetesResource lease = bed.client()
                .genericKubernetesResources(LEASE_API, "Lease")
                .inNamespace(bed.namespace())
                .withName(NAME)
                .get();
        return String.valueOf(lease.<Object>get("spec", "holderIdentity"));
    }

    private void createLease() {
        bed.account().grantLeaseIn(bed.namespace(), NAME);
        bed.client()
                .resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion(LEASE_API)
                        .withKind("Lease")
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(bed.namespace())
                        // As the controller does: a source of Leases must not emit its own.
                        .addToLabels("app.kubernetes.io/managed-by", "apiserversource-adapter")
                        .endMetadata()
                        .build())
                .create();
    }

    void sink(SinkBehaviour behaviour) {
        bed.sink().behave(behaviour);
        budget.responsesLost();
    }

    void sinkAccepts() {
        bed.sink().behave(SinkBehaviour.ACCEPT);
    }

    /** Lets the sink behave like this for some attempts, then accept as many events. */
    void sinkForAttempts(SinkBehaviour behaviour, int attempts) {
        sink(behaviour);
        int before = sink().attempts();
        TestBed.await(attempts + " attempts, sink: " + behaviour)
                .atMost(RECOVERY)
                .until(() -> sink().attempts() >= before + attempts);
        sinkAccepts();
        awaitEvents(attempts);
    }

    /** Creates objects beside those of the load. */
    void createObjects(int count) {
        ObjectWriter writer = new ObjectWriter(bed.client(), new GroundTruth(), kind);
        try (ParallelWrites writes = new ParallelWrites(8)) {
            writes.run(count, i -> writer.create(bed.namespace(), "more-" + i, "1"));
        }
    }

    /** The objects whose last event is not the state that the API server lists, and deletes without an event. */
    List<String> lostObjects(String prefix) {
        String subjects = kind.subject(bed.namespace(), prefix);
        return new FinalObjects(kind.list(bed.client(), bed.namespace(), prefix))
                .notIn(bed.sink().lastTaken().stream()
                        .filter(event -> event.subject().startsWith(subjects))
                        .toList());
    }

    /** Waits until the delete of an object that expired is refused by the sink. */
    void awaitExpiryAttempted() {
        TestBed.await("an object has expired").atMost(RECOVERY).until(() -> sink().neverTaken().stream()
                .anyMatch(FaultTarget::isExpiry));
    }

    /** Waits until the sink has taken the delete of an object that expired. */
    void awaitExpiryTaken() {
        sink().await("an object has expired", FaultTarget::isExpiry, RECOVERY);
    }

    /** The load never writes its idle objects again, so their deletes are due to expiry. */
    private static boolean isExpiry(RecordedEvent event) {
        return event.verb().equals("delete") && event.subject().contains("-idle-");
    }

    /** Waits until a watch of the newest adapter was interrupted for that reason. */
    void awaitWatchRestart(String reason) {
        TestBed.await("a watch restart, reason " + reason).atMost(RECOVERY).until(() -> watchRestarts(reason) > 0);
    }

    /** Closes the connections every second until a watch was interrupted for that reason. */
    void closeConnectionsUntilWatchRestart(String reason) {
        TestBed.await("a watch restart, reason " + reason)
                .atMost(RECOVERY)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    boolean restarted = watchRestarts(reason) > 0;
                    if (!restarted) {
                        apiServer.proxy().closeConnections();
                    }
                    return restarted;
                });
    }

    private double watchRestarts(String reason) {
        return newest().metrics().sum(AdapterMetrics.WATCH_RESTARTS, AdapterMetrics.reason(reason));
    }

    /** Waits until the newest adapter has as many pending events as it may have. */
    void awaitNoCapacity() {
        TestBed.await("the adapter has no capacity")
                .atMost(RECOVERY)
                .until(() -> newest().metrics().sum(AdapterMetrics.PENDING_EVENTS) >= MAX_PENDING);
    }

    /** Waits until the log of an adapter has a message that begins so; empty stands for none. */
    void awaitLog(String message) {
        awaitLog(message, RECOVERY);
    }

    /** Waits that long for a log message that begins so. */
    void awaitLog(String message, Duration timeout) {
        TestBed.await("log message: " + message)
                .atMost(timeout)
                .until(() -> message.isEmpty() || log().stream().anyMatch(line -> line.says(message)));
    }

    /** Waits until that many more events were taken. */
    void awaitEvents(int more) {
        int before = sink().takenCount();
        sink().await(before + more, RECOVERY);
    }

    private List<LogLine> log() {
        List<LogLine> all = new ArrayList<>();
        everStarted.forEach(adapter -> all.addAll(adapter.log()));
        return all;
    }

    /** How many gaps were logged, of a stream or of an object that its sink does not keep up with. */
    long gaps() {
        return log().stream()
                .filter(line -> line.says(LogLine.GAP_CLOSED) || line.says(LogLine.OBJECT_GAP_CLOSED))
                .count();
    }

    /** How many events may have been repeated. */
    int maxRepeats() {
        // Of replicas that were all suspended, the one that acquires the Lease first leads.
        if (suspension != null && !leaseHolder().equals(podOf(leader()))) {
            budget.resumed(suspension);
        }
        return budget.max(sink().taken());
    }

    /** The peak of an adapter's resident memory, in bytes. */
    synchronized long peakMemory() {
        running.forEach(this::recordMemory);
        return peakMemory;
    }

    private void recordMemory(AdapterProcess adapter) {
        if (adapter.alive()) {
            peakMemory = Math.max(peakMemory, adapter.peakResidentBytes());
        }
    }

    @Override
    public void close() {
        bed.close();
        apiServer.close();
    }
}
