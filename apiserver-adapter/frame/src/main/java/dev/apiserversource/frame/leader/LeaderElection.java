package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One process's way to the Lease and with it:
 *
 * <pre>
 *   Waiting ◄──► Standby ──taken──► Active ◄──► Suspended
 *                                     │             │
 *                                     └─► Over ◄────┘   released, or lost
 * </pre>
 */
public final class LeaderElection {

    /** Where those who stand by connect to. */
    public static final String PATH = ActiveEndpoint.PATH;

    /** How long the end of the process may be held up by an API server that does not answer. */
    private static final Duration LAST_WRITE = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);

    private final LeaseSettings settings;
    private final LeaseStore store;
    private final Timers timers;
    private final Consumer<String> lost;
    private final LeaseAcquirer candidacy;
    private final ActiveEndpoint endpoint;
    private final ClockReading begin;
    private Runnable activated = () -> {};
    private @Nullable String address;
    private @Nullable LeaseRenewer tenure;
    private boolean leaving;

    public LeaderElection(
            LeaseSettings settings, LeaseStore store, Lifeline lifeline, Timers timers, Consumer<String> lost) {
        this.settings = settings;
        this.store = store;
        this.timers = timers;
        this.lost = lost;
        this.begin = ClockReading.now(timers);
        this.candidacy = new LeaseAcquirer(settings, store, lifeline, timers, this::taken);
        this.endpoint = new ActiveEndpoint(settings.identity(), this::isHolder);
    }

    /**
     * An election that is not begun yet.
     *
     * @param objects the way to the API server
     * @param registry where to count
     * @param lost is told, at most once, that another process has the Lease or may have had it: then this one must do nothing more
     */
    public static LeaderElection open(
            LeaseSettings settings,
            ApiObjects objects,
            Vertx vertx,
            Timers timers,
            MeterRegistry registry,
            Consumer<String> lost) {
        KubeLeaseStore store = new KubeLeaseStore(objects, settings);
        LeaderElection election = new LeaderElection(settings, store, new HttpLifeline(vertx, timers), timers, lost);
        LeaseMeters.watch(election, registry);
        return election;
    }

    /**
     * Begins to look at the Lease.
     *
     * @param published where others reach {@link #PATH}, {@code host:port}; empty when they cannot
     * @param active is run once, when the Lease is ours
     */
    public void start(Optional<String> published, Runnable active) {
        address = published.orElse(null);
        activated = active;
        candidacy.start(address);
    }

    /** Where this process stands. */
    public LeaderState standing() {
        return tenure == null ? candidacy.standing() : tenure.standing();
    }

    /** Whether nobody else can have the Lease at this moment. */
    public boolean isSure() {
        return tenure != null && tenure.isSure();
    }

    /** Runs {@code action} now, or when the Lease is surely ours again; never, when that does not come about. To be called when active. */
    public void whenSure(Runnable action) {
        if (tenure != null) {
            tenure.whenSure(action);
        }
    }

    /** Asks the cluster whether the Lease is ours at this moment; fails when that cannot be told. */
    public Future<Boolean> confirm() {
        return tenure == null ? Future.succeededFuture(false) : tenure.confirm();
    }

    /** Answers a request to {@link #PATH}, for as long as the Lease is ours. */
    public void answer(HttpServerRequest request) {
        endpoint.handle(request);
    }

    /**
     * Takes the Lease no more. When it is ours, it is held until {@code lastWork} is done, and then released, for which the API server gets a few seconds; after
     * that it would be noticed, or expire.
     */
    public Future<Void> leave(Supplier<Future<Void>> lastWork) {
        leaving = true;
        return timers.within(LAST_WRITE, candidacy.stop())
                .compose(stopped -> lastWork.get())
                .eventually(this::release);
    }

    private boolean isHolder() {
        return tenure != null && !(tenure.standing() instanceof LeaderState.Over);
    }

    private Future<Void> release() {
        if (tenure == null || !isHolder()) {
            return Future.succeededFuture();
        }
        Future<Void> released = tenure.release();
        released.onSuccess(done ->
                        log.atInfo().addKeyValue("lease", settings.text()).log("released the Lease"))
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("lease", settings.text())
                        .addKeyValue("detail", failure.getMessage())
                        .log("the Lease could not be released"));
        return timers.within(LAST_WRITE, released).eventually(() -> {
            endpoint.end();
            return Future.succeededFuture();
        });
    }

    private void taken(LeaseRecord record, ClockReading begun, String how) {
        LeaseRenewer ours = new LeaseRenewer(settings, store, timers, address, record, begun, lost);
        tenure = ours;
        if (leaving) {
            return;
        }
        log.atInfo()
                .addKeyValue("lease", settings.text())
                .addKeyValue("how", how)
                .addKeyValue("after", begin.age(timers))
                .addKeyValue("transitions", record.transitions())
                .log("active: the Lease is ours");
        ours.begin();
        activated.run();
    }

    public int transitions() {
        return tenure == null ? 0 : tenure.transitions();
    }
}
