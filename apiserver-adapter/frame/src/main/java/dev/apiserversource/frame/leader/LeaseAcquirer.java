package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;

/**
 * A process without the Lease, which looks at it every other second and takes it as soon as it may.
 *
 * <p><b>When may it?</b> When the Lease is free; when it bears our own name, because we were started again; when its holder is gone, which the {@link Vigil} finds out;
 * and when we have seen no renewal for the duration that its holder had promised. That time is counted by our own clock, from when we first saw the last renewal, which
 * is later than it was. Time in which we could not look does not count for the last few seconds of it: when an API server comes back, its holder
 * comes first.
 *
 * <p>Every step is conditional on the version that was looked at. However wrong a look may have been, nobody's later word is overwritten.
 */
public final class LeaseAcquirer {

    private static final Logger log = LoggerFactory.getLogger(LeaseAcquirer.class);

    /** Is told once, with what the Lease is then, when the taking began, and why it was possible. */
    public interface Taken {
        void taken(LeaseRecord record, ClockReading begun, String how);
    }

    private final LeaseSettings settings;
    private final LeaseStore store;
    private final Timers timers;
    private final Vigil vigil;
    private final Taken taken;
    private @Nullable String address;
    private LeaderState standing = new LeaderState.Waiting("the Lease is not read yet");
    private @Nullable LeaseRecord seen;
    private Duration unchangedSince = Duration.ZERO;
    private Duration heldUntil = Duration.ZERO;
    private @Nullable Duration unanswered;
    private Timers.@Nullable Timer next;
    private @Nullable Promise<Void> stopped;
    private boolean asking;
    private boolean lookAgain;
    private boolean over;

    public LeaseAcquirer(LeaseSettings settings, LeaseStore store, Lifeline lifeline, Timers timers, Taken taken) {
        this.settings = settings;
        this.store = store;
        this.timers = timers;
        this.taken = taken;
        this.vigil = new Vigil(lifeline, timers, this::look);
    }

    /** Begins; {@code publishedAddress} is where others may connect to us, null where they cannot. */
    public void start(@Nullable String publishedAddress) {
        address = publishedAddress;
        look();
    }

    public LeaderState standing() {
        return standing;
    }

    /** Takes the Lease no more; completes when nothing is under way, in which case it may have been taken. */
    public Future<Void> stop() {
        Promise<Void> end = Promise.promise();
        stopped = end;
        end();
        if (!asking) {
            end.complete();
        }
        return end.future();
    }

    private void end() {
        over = true;
        vigil.end();
        if (next != null) {
            next.cancel();
        }
    }

    private void look() {
        if (over || asking) {
            lookAgain = true;
            return;
        }
        if (next != null) {
            next.cancel();
        }
        asking = true;
        lookAgain = false;
        store.read().onSuccess(this::found).onFailure(this::failed);
    }

    private void found(LeaseRecord record) {
        note(record);
        Optional<String> how = over ? Optional.empty() : reasonToTake(record);
        if (how.isPresent()) {
            take(record, how.get());
            return;
        }
        if (!over) {
            standBy(record);
        }
        answered();
    }

    private void note(LeaseRecord record) {
        Duration now = timers.uptime();
        boolean sameObject = seen == null || seen.uid().equals(record.uid());
        if (record.isFree() && sameObject) {
            heldUntil = now;
        } else if (!record.isFree() && (seen == null || !record.sameTerm(seen))) {
            unchangedSince = now;
            heldUntil = now.plus(record.duration());
        }
        seen = record;
        if (!over && !record.isFree()) {
            vigil.over(record);
        } else {
            vigil.end();
        }
    }

    private Optional<String> reasonToTake(LeaseRecord record) {
        Duration now = timers.uptime();
        boolean expired = now.compareTo(heldUntil) >= 0;
        if (record.isFree()) {
            // A Lease that was made anew is free, too; whoever held the old one may not know yet.
            return expired ? Optional.of("released") : Optional.empty();
        }
        if (record.holder().equals(settings.identity())) {
            return Optional.of("restarted");
        }
        if (vigil.isGone() || (vigil.isRefused() && isOlder(now, settings.grace()))) {
            return Optional.of("gone");
        }
        return expired && wasGraceGiven(now) ? Optional.of("expired") : Optional.empty();
    }

    private boolean wasGraceGiven(Duration now) {
        return unanswered == null || now.minus(unanswered).compareTo(settings.grace()) >= 0;
    }

    private boolean isOlder(Duration now, Duration age) {
        return now.minus(unchangedSince).compareTo(age) >= 0;
    }

    private void standBy(LeaseRecord record) {
        if (record.isFree()) {
            standing = new LeaderState.Waiting("the Lease was made anew; who held it before may not know yet");
        } else if (!(standing instanceof LeaderState.Standby standby)
                || !standby.holder().equals(record.holder())) {
            standing = new LeaderState.Standby(record.holder());
            log.atInfo()
                    .addKeyValue("lease", settings.text())
                    .addKeyValue("active", record.holder())
                    .log("standby: another process is active");
        }
    }

    private void take(LeaseRecord record, String how) {
        ClockReading begun = ClockReading.now(timers);
        boolean ours = record.holder().equals(settings.identity());
        LeaseUpdate claim = new LeaseUpdate(
                settings.identity(),
                address,
                ours ? record.transitions() : record.transitions() + 1,
                begun.clock(),
                begun.clock(),
                settings.duration());
        store.write(claim, record.version())
                .onSuccess(mine -> {
                    end();
                    taken.taken(mine, begun, how);
                    answered();
                })
                .onFailure(this::failed);
    }

    private void failed(Throwable failure) {
        if (LeaseException.isConflict(failure)) {
            // Somebody was faster. Who it was, the next look will tell.
            lookAgain = true;
        } else {
            unanswered = timers.uptime();
            complain(failure);
        }
        answered();
    }

    private void complain(Throwable failure) {
        String remedy = failure instanceof LeaseException lease ? lease.remedy() : "";
        String why = "the Lease " + settings.text() + " cannot be had: " + failure.getMessage() + remedy;
        if (!standing.equals(new LeaderState.Waiting(why))) {
            standing = new LeaderState.Waiting(why);
            log.atWarn().addKeyValue("detail", why).log("waiting for the Lease");
        }
    }

    private void answered() {
        asking = false;
        if (stopped != null) {
            stopped.tryComplete();
        }
        if (over) {
            return;
        }
        if (lookAgain) {
            look();
        } else {
            next = timers.after(untilNextLook(), this::look);
        }
    }

    private Duration untilNextLook() {
        Duration expiry = heldUntil.minus(timers.uptime());
        boolean sooner = !expiry.isNegative() && !expiry.isZero() && expiry.compareTo(settings.retryEvery()) < 0;
        return sooner ? expiry : settings.retryEvery();
    }
}
