package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.delivery.SendPermit;
import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Leadership by a Lease, as in client-go's {@code leaderelection}: {@link LeaseAcquirer} acquires it once, {@link
 * LeaseRenewer} renews it. Unlike client-go a leader that cannot renew does not end: it suspends delivery, and resumes
 * when the renewal shows that no other process has held the Lease.
 *
 * <pre>
 *   Waiting ◄──► Standby ──acquired──► Leading ◄──► Suspended
 *                                         │             │
 *                                         └─► Ended ◄───┘   released, or lost
 * </pre>
 *
 * <p>A Lease that is not required may be missing, or the right to it. Then this process works without it, as the only
 * one. It acquires the Lease when that is possible, and is lost when another process holds it by then.
 */
public final class LeaderElection implements Leadership {

    /** The name is part of the interface to the controller. */
    static final String PROGRESS_ANNOTATION = "apiserversource.dev/progress";

    /** Bounds what an API server that does not answer can delay the end of the process. */
    private static final Duration LAST_REQUEST_TIMEOUT = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);

    /** The process that takes part in an election. */
    public interface Candidate {

        /** What keeps it from its work, to be published on the Lease while it is the leader. */
        List<Problem> problems();

        /** How far a long piece of work is, as JSON, to be published on the Lease; empty when there is none. */
        default String progress() {
            return "";
        }

        /**
         * Runs at most once, when another process holds the Lease or may have held it. This process must then neither
         * send nor write.
         *
         * @param why for people
         */
        void leadershipLost(String why);
    }

    private final LeaseSettings settings;
    private final LeaseStore store;
    private final Timers timers;
    private final Consumer<String> lost;
    private final LeaseAcquirer acquirer;
    private final ClockReading created;
    private Runnable elected = () -> {};
    private @Nullable LeaseRenewer renewer;
    private boolean withoutLease;
    private boolean predecessor;
    private boolean resigning;

    LeaderElection(LeaseSettings settings, LeaseStore store, Timers timers, Consumer<String> lost) {
        this.settings = settings;
        this.store = store;
        this.timers = timers;
        this.lost = lost;
        this.created = ClockReading.now(timers);
        this.acquirer = new LeaseAcquirer(settings, store, timers, new AcquirerListener());
    }

    /**
     * An election that is not started yet, with connections of its own to the API server.
     *
     * @param kubernetes address and credentials of the API server
     * @param vertx its current context runs the election
     */
    public static LeaderElection open(
            LeaseSettings settings,
            Config kubernetes,
            Vertx vertx,
            Timers timers,
            MeterRegistry registry,
            Candidate candidate) {
        ProblemReport problems = new ProblemReport(candidate::problems, timers);
        ThrottledText progress = new ThrottledText(candidate::progress, timers);
        LeaseStore store = new KubeLeaseStore(
                settings,
                kubernetes,
                vertx,
                Map.of(ProblemReport.ANNOTATION, problems::text, PROGRESS_ANNOTATION, progress::text));
        LeaderElection election = new LeaderElection(settings, store, timers, candidate::leadershipLost);
        election.registerMeters(registry);
        return election;
    }

    private void registerMeters(MeterRegistry registry) {
        leaderGauge(registry, () -> state().isLeader());
        gauge(
                registry,
                "apiserversource.suspended",
                "Whether delivery is suspended because the Lease was not renewed in time",
                () -> state() instanceof LeaderState.Suspended);
        FunctionCounter.builder("apiserversource.lease.transitions", this, LeaderElection::transitions)
                .description("Changes of the Lease's holder, as counted in the Lease that this process holds")
                .register(registry);
    }

    static void leaderGauge(MeterRegistry registry, BooleanSupplier isLeader) {
        gauge(registry, "apiserversource.leader", "Whether this process is the leader", isLeader);
    }

    private static void gauge(MeterRegistry registry, String name, String description, BooleanSupplier value) {
        Gauge.builder(name, () -> value.getAsBoolean() ? 1 : 0)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private int transitions() {
        return renewer == null ? 0 : renewer.transitions();
    }

    @Override
    public void start(Runnable whenElected) {
        elected = whenElected;
        acquirer.start();
    }

    @Override
    public LeaderState state() {
        if (renewer != null) {
            return renewer.state();
        }
        return withoutLease ? new LeaderState.Leading() : acquirer.state();
    }

    /** Granted while no other process can hold the Lease, or while this one works without it. */
    @Override
    public SendPermit sendPermit() {
        return new SendPermit() {
            @Override
            public boolean isGranted() {
                return renewer == null ? withoutLease : renewer.isValid();
            }

            @Override
            public void whenGranted(Runnable action) {
                if (renewer != null) {
                    renewer.whenValid(action);
                } else if (withoutLease) {
                    action.run();
                }
            }
        };
    }

    @Override
    public Fence fence() {
        return new Fence() {
            @Override
            public Future<Boolean> holds() {
                return renewer == null ? Future.succeededFuture(withoutLease) : renewer.confirm();
            }

            @Override
            public boolean hasPredecessor() {
                return predecessor;
            }
        };
    }

    /** The Lease is held during {@code lastWork}. If it cannot be released after that, it expires. */
    @Override
    public Future<Void> resign(Supplier<Future<Void>> lastWork) {
        resigning = true;
        return timers.within(LAST_REQUEST_TIMEOUT, acquirer.stop())
                .compose(stopped -> lastWork.get())
                .eventually(this::release)
                .eventually(() -> {
                    store.close();
                    return Future.succeededFuture();
                });
    }

    private Future<Void> release() {
        if (renewer == null || renewer.state() instanceof LeaderState.Ended) {
            return Future.succeededFuture();
        }
        Future<Void> released = renewer.release();
        released.onSuccess(done -> log.atInfo()
                        .addKeyValue("lease", settings.qualifiedName())
                        .log("lease released"))
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("lease", settings.qualifiedName())
                        .addKeyValue("detail", failure.getMessage())
                        .log("lease not released, it will expire"));
        return timers.within(LAST_REQUEST_TIMEOUT, released);
    }

    private final class AcquirerListener implements LeaseAcquirer.Listener {

        @Override
        public void acquired(LeaseRecord record, ClockReading begun, String reason) {
            LeaseRenewer acquired = new LeaseRenewer(settings, store, timers, record, begun, lost);
            renewer = acquired;
            predecessor = record.transitions() > 1 || reason.equals(LeaseAcquirer.RESTARTED);
            if (resigning) {
                return;
            }
            log.atInfo()
                    .addKeyValue("lease", settings.qualifiedName())
                    .addKeyValue("reason", reason)
                    .addKeyValue("after", created.age(timers))
                    .addKeyValue("transitions", record.transitions())
                    .log("lease acquired");
            acquired.start();
            if (!withoutLease) {
                elected.run();
            }
        }

        @Override
        public void unavailable(String why) {
            if (withoutLease || resigning) {
                return;
            }
            withoutLease = true;
            log.atWarn()
                    .addKeyValue("lease", settings.qualifiedName())
                    .addKeyValue("detail", why)
                    .log("lease not available, working without it");
            elected.run();
        }

        @Override
        public void heldBy(String leader) {
            if (withoutLease && !resigning) {
                withoutLease = false;
                lost.accept("the Lease " + settings.qualifiedName() + " has become available and is held by " + leader);
            }
        }
    }
}
