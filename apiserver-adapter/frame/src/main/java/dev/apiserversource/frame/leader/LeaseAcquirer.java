package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the Lease every retry period and takes it when that is safe.
 *
 * <pre>
 *   start ──► Requesting ──not yet, or failed──► Pausing
 *               │  │  ▲                           │  │
 *               │  │  └────────retry period───────┘  │
 *               │  └──acquired, or stopped──► Ended ◄┘ stopped
 *               └ conflict: read again
 * </pre>
 *
 * <p>The Lease is safe to take when its holder released it, when the holder has our own identity (this container was
 * restarted), and when it expired. It expires when its holder did not renew within the duration that the holder wrote.
 * That time is counted by our monotonic clock from the read that first showed the renewal, so it ends late rather than
 * early. While the API server was away the holder could not renew either: an expired Lease is taken only after a grace
 * time in which the Lease could be read. A Lease that was recreated is free, but its former holder may not have seen
 * that yet: it is taken when the former term is over.
 *
 * <p>A Lease that is not required and not available is reported, and read again every minute: the right to it may be
 * granted at any time. While it has a holder it is required, because that process may be at work.
 *
 * <p>Every write is conditional on the resourceVersion that was read, so a stale read can never overwrite a newer
 * holder.
 */
final class LeaseAcquirer {

    /** The reason to take a Lease that an earlier run of this container holds. */
    static final String RESTARTED = "restarted";

    /** Between reads of a Lease that is not available. */
    private static final Duration UNAVAILABLE_RETRY_PERIOD = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(LeaseAcquirer.class);

    /** Receives the Lease. */
    interface Listener {

        /**
         * The Lease was acquired.
         *
         * @param record the Lease after the write
         * @param begun when the write began
         * @param reason why it was safe to take
         */
        void acquired(LeaseRecord record, ClockReading begun, String reason);

        /** The right to the Lease is missing, or there is none, and it is not required; {@code why} is for people. */
        void unavailable(String why);

        /** Another process holds the Lease, and it has not expired. */
        void heldBy(String leader);
    }

    private sealed interface Phase {}

    /** A read or a write is under way; {@code last} after a request to stop. */
    private record Requesting(Promise<Void> answered, boolean last) implements Phase {}

    /** The next read is scheduled. */
    private record Pausing(Timers.Timer next) implements Phase {}

    /** Not started, stopped, or acquired. */
    private record Ended() implements Phase {}

    private final LeaseSettings settings;
    private final LeaseStore store;
    private final Timers timers;
    private final Listener listener;
    private Phase phase = new Ended();
    private Observation observation = new Observation(null, Duration.ZERO, null);
    private LeaderState state = new LeaderState.Waiting("the Lease is not read yet");

    LeaseAcquirer(LeaseSettings settings, LeaseStore store, Timers timers, Listener listener) {
        this.settings = settings;
        this.store = store;
        this.timers = timers;
        this.listener = listener;
    }

    void start() {
        phase = new Requesting(Promise.promise(), false);
        read();
    }

    LeaderState state() {
        return state;
    }

    /** Stops; completes when no request is under way. The last one may have acquired the Lease. */
    Future<Void> stop() {
        if (phase instanceof Requesting requesting) {
            phase = new Requesting(requesting.answered(), true);
            return requesting.answered().future();
        }
        if (phase instanceof Pausing pausing) {
            pausing.next().cancel();
        }
        phase = new Ended();
        return Future.succeededFuture();
    }

    private boolean isStopping() {
        return phase instanceof Requesting requesting && requesting.last();
    }

    private void read() {
        store.tryRead().onSuccess(this::found).onFailure(this::failed);
    }

    private void found(LeaseRecord record) {
        observation = observation.read(record, timers.uptime());
        Optional<String> reason = reasonToTake(record);
        if (reason.isPresent() && !isStopping()) {
            take(record, reason.get());
        } else {
            standBy(record);
            finish(this::pause);
        }
    }

    private Optional<String> reasonToTake(LeaseRecord record) {
        Duration now = timers.uptime();
        if (record.isFree()) {
            return observation.isExpired(now) ? Optional.of("released") : Optional.empty();
        }
        if (record.holder().equals(settings.identity())) {
            return Optional.of(RESTARTED);
        }
        return observation.isExpired(now) && observation.isReadableSince(now.minus(settings.grace()))
                ? Optional.of("expired")
                : Optional.empty();
    }

    private void standBy(LeaseRecord record) {
        if (record.isFree()) {
            state = new LeaderState.Waiting("the Lease was recreated, waiting until its former term is over");
        } else if (!state.equals(new LeaderState.Standby(record.holder()))) {
            state = new LeaderState.Standby(record.holder());
            log.atInfo()
                    .addKeyValue("lease", settings.qualifiedName())
                    .addKeyValue("leader", record.holder())
                    .log("standby: another process is the leader");
            listener.heldBy(record.holder());
        }
    }

    private void take(LeaseRecord record, String reason) {
        ClockReading begun = ClockReading.now(timers);
        boolean ours = record.holder().equals(settings.identity());
        LeaseRecord.Update update = new LeaseRecord.Update(
                settings.identity(),
                ours ? record.transitions() : record.transitions() + 1,
                begun.clock(),
                begun.clock(),
                settings.duration());
        store.tryWrite(update, record.resourceVersion())
                .onSuccess(written -> acquired(written, begun, reason))
                .onFailure(this::failed);
    }

    private void acquired(LeaseRecord record, ClockReading begun, String reason) {
        try {
            listener.acquired(record, begun, reason);
        } finally {
            finish(Ended::new);
        }
    }

    private void failed(Throwable failure) {
        if (LeaseException.isConflict(failure)) {
            if (isStopping()) {
                finish(Ended::new);
            } else {
                read();
            }
            return;
        }
        observation = observation.failed(timers.uptime());
        boolean held = observation.record() != null && !observation.record().isFree();
        if (!settings.required() && !held && LeaseException.isUnavailable(failure)) {
            listener.unavailable(LeaseException.describe(failure));
            finish(() -> new Pausing(timers.after(UNAVAILABLE_RETRY_PERIOD, this::start)));
            return;
        }
        report("the Lease " + settings.qualifiedName() + " cannot be acquired: " + LeaseException.describe(failure));
        finish(this::pause);
    }

    private void report(String why) {
        if (!state.equals(new LeaderState.Waiting(why))) {
            state = new LeaderState.Waiting(why);
            log.atWarn().addKeyValue("detail", why).log("waiting for the lease");
        }
    }

    private void finish(Supplier<Phase> next) {
        Phase finished = phase;
        phase = isStopping() ? new Ended() : next.get();
        if (finished instanceof Requesting request) {
            request.answered().complete();
        }
    }

    private Pausing pause() {
        Duration untilExpiry = observation.expiry().minus(timers.uptime());
        boolean sooner = untilExpiry.compareTo(Duration.ZERO) > 0 && untilExpiry.compareTo(settings.retryPeriod()) < 0;
        return new Pausing(timers.after(sooner ? untilExpiry : settings.retryPeriod(), this::start));
    }

    /**
     * What the reads so far have shown. Times are readings of {@link Timers#uptime}.
     *
     * @param record as last read; null before the first read
     * @param expiry end of the term of the last holder
     * @param failed when a request failed last; null when none did
     */
    private record Observation(
            @Nullable LeaseRecord record,
            Duration expiry,
            @Nullable Duration failed) {

        Observation read(LeaseRecord read, Duration now) {
            return new Observation(read, expiryAfter(read, now), failed);
        }

        private Duration expiryAfter(LeaseRecord read, Duration now) {
            if (read.isFree()) {
                boolean released = record == null || (record.uid().equals(read.uid()) && !record.isFree());
                return released ? now : expiry;
            }
            boolean renewed = record == null || !read.sameRenewal(record);
            return renewed ? now.plus(read.duration()) : expiry;
        }

        Observation failed(Duration now) {
            return new Observation(record, expiry, now);
        }

        boolean isExpired(Duration now) {
            return now.compareTo(expiry) >= 0;
        }

        boolean isReadableSince(Duration time) {
            return failed == null || failed.compareTo(time) <= 0;
        }
    }
}
