package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Renews the Lease that this process has acquired.
 *
 * <pre>
 *   Held ──deadline──► Suspended        Held, Suspended ──released, or lost──► Ended
 *     ▲                    │
 *     └──────renewed───────┘
 * </pre>
 *
 * <p>Until the renew deadline the Lease is valid. The deadline is counted from the <em>beginning</em> of the last
 * renewal that succeeded, because no other process can have seen that renewal earlier:
 *
 * <pre>
 *   begun      written     seen by others          renew deadline      may be taken
 *   ────┼──────────┼────────────┼──────────────────────┼───────────────────┼──►
 *       └─────────────────── valid ────────────────────┘                   │
 *                               └──────────────── duration ────────────────┘
 * </pre>
 *
 * <p>After the deadline nothing is sent. A renewal that succeeds ends that: it is conditional on the resourceVersion we
 * wrote last, so no other process has held the Lease since. After a conflict, holder and transitions show whether
 * another process can have held it.
 */
final class LeaseRenewer {

    private static final Logger log = LoggerFactory.getLogger(LeaseRenewer.class);

    /**
     * The Lease while it is ours.
     *
     * @param record as we wrote or read it last
     * @param renewed when its last renewal began
     * @param failure of the last attempt since then; null when none failed
     */
    private record Term(
            LeaseRecord record,
            ClockReading renewed,
            @Nullable String failure) {

        Term withRecord(LeaseRecord newRecord) {
            return new Term(newRecord, renewed, failure);
        }

        Term withFailure(String newFailure) {
            return new Term(record, renewed, newFailure);
        }
    }

    private sealed interface State {

        /** The Lease as we wrote or read it last. */
        LeaseRecord record();
    }

    private sealed interface Owned extends State {

        Term term();

        @Override
        default LeaseRecord record() {
            return term().record();
        }

        Owned with(Term newTerm);
    }

    /** Valid when last checked against the deadline. */
    private record Held(Term term) implements Owned {

        @Override
        public Held with(Term newTerm) {
            return new Held(newTerm);
        }
    }

    /** Not renewed in time; {@code waiting} runs when it is. */
    private record Suspended(Term term, Queue<Runnable> waiting) implements Owned {

        @Override
        public Suspended with(Term newTerm) {
            return new Suspended(newTerm, waiting);
        }
    }

    /** Released or lost. */
    private record Ended(LeaseRecord record) implements State {}

    private final LeaseSettings settings;
    private final LeaseStore store;
    private final Timers timers;
    private final Consumer<String> lost;
    private State state;
    private Timers.Timer renewal = () -> {};
    private Timers.Timer deadline = () -> {};

    /**
     * A renewer that is not started yet.
     *
     * @param record the Lease, ours
     * @param begun when the write that made it ours began
     * @param lost runs at most once, with the reason, when the Lease is not ours any more
     */
    LeaseRenewer(
            LeaseSettings settings,
            LeaseStore store,
            Timers timers,
            LeaseRecord record,
            ClockReading begun,
            Consumer<String> lost) {
        this.settings = settings;
        this.store = store;
        this.timers = timers;
        this.lost = lost;
        this.state = new Held(new Term(record, begun, null));
    }

    void start() {
        if (state instanceof Owned owned) {
            schedule(owned.term());
        }
    }

    /** Whether no other process can hold the Lease now. */
    boolean isValid() {
        return current() instanceof Held;
    }

    /** Runs {@code action} now, or when the Lease is renewed; never when the Lease is lost or released. */
    void whenValid(Runnable action) {
        State now = current();
        if (now instanceof Held) {
            action.run();
        } else if (now instanceof Suspended suspended) {
            suspended.waiting().add(action);
        }
    }

    LeaderState state() {
        State now = current();
        if (now instanceof Suspended suspended) {
            return new LeaderState.Suspended(why(suspended.term()));
        }
        return now instanceof Held ? new LeaderState.Leading() : new LeaderState.Ended();
    }

    private static String why(Term term) {
        return term.failure() == null ? "no renewal was answered" : term.failure();
    }

    int transitions() {
        return state.record().transitions();
    }

    /** Asks the API server whether the Lease is ours; fails when it cannot be read. */
    Future<Boolean> confirm() {
        return store.tryRead().map(read -> {
            if (state instanceof Owned owned && !read.sameTerm(owned.term().record())) {
                lose(owned.term(), read);
            }
            return state instanceof Owned;
        });
    }

    /** Releases the Lease. It is not valid from now on. */
    Future<Void> release() {
        LeaseRecord last = state.record();
        end();
        return write("", last).<Void>mapEmpty().recover(failure -> {
            if (!LeaseException.isConflict(failure)) {
                return Future.failedFuture(failure);
            }
            // A renewal was under way.
            return store.tryRead()
                    .compose(read -> read.sameTerm(last) ? write("", read).mapEmpty() : Future.succeededFuture());
        });
    }

    /** The state now. The deadline may be over before its timer fires: a frozen process finds that out here. */
    private State current() {
        if (state instanceof Held held && isOver(held.term())) {
            state = new Suspended(held.term(), new ArrayDeque<>());
            log.atWarn()
                    .addKeyValue("lease", settings.qualifiedName())
                    .addKeyValue("renewed", held.term().renewed().clock())
                    .addKeyValue("detail", why(held.term()))
                    .log("delivery suspended: lease not renewed in time");
        }
        return state;
    }

    private boolean isOver(Term term) {
        return remaining(term, settings.renewDeadline()).compareTo(Duration.ZERO) <= 0;
    }

    private Duration remaining(Term term, Duration limit) {
        return limit.minus(term.renewed().age(timers));
    }

    private void schedule(Term term) {
        cancelTimers();
        renewal = timers.after(remaining(term, settings.renewInterval()), this::renew);
        deadline = timers.after(remaining(term, settings.renewDeadline()), this::checkDeadline);
    }

    /** Timers count milliseconds and so may fire just before the deadline: then one more is needed. */
    private void checkDeadline() {
        if (current() instanceof Held held) {
            deadline = timers.after(remaining(held.term(), settings.renewDeadline()), this::checkDeadline);
        }
    }

    private void renew() {
        if (current() instanceof Owned owned) {
            ClockReading begun = ClockReading.now(timers);
            write(settings.identity(), owned.term().record())
                    .onSuccess(record -> renewed(new Term(record, begun, null)))
                    .onFailure(this::notRenewed);
        }
    }

    private Future<LeaseRecord> write(String holder, LeaseRecord last) {
        LeaseRecord.Update update =
                new LeaseRecord.Update(holder, last.transitions(), null, timers.now(), settings.duration());
        return store.tryWrite(update, last.resourceVersion());
    }

    private void renewed(Term term) {
        if (current() instanceof Owned owned) {
            Owned renewed = owned.with(term);
            state = renewed;
            schedule(term);
            // The answer may have come after the new deadline.
            if (renewed instanceof Suspended suspended && !isOver(term)) {
                resume(suspended);
            }
        }
    }

    private void resume(Suspended suspended) {
        state = new Held(suspended.term());
        log.atInfo().addKeyValue("lease", settings.qualifiedName()).log("lease renewed, delivery resumed");
        suspended.waiting().forEach(LeaseRenewer::run);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("resuming a delivery failed");
        }
    }

    private void notRenewed(Throwable failure) {
        if (LeaseException.isConflict(failure)) {
            store.tryRead().onSuccess(this::compare).onFailure(this::retry);
        } else {
            retry(failure);
        }
    }

    private void compare(LeaseRecord read) {
        if (current() instanceof Owned owned) {
            if (read.sameTerm(owned.term().record())) {
                state = owned.with(owned.term().withRecord(read));
                renew();
            } else {
                lose(owned.term(), read);
            }
        }
    }

    private void retry(Throwable failure) {
        if (current() instanceof Owned owned) {
            String detail = LeaseException.describe(failure);
            if (owned.term().failure() == null) {
                log.atWarn()
                        .addKeyValue("lease", settings.qualifiedName())
                        .addKeyValue("detail", detail)
                        .log("lease renewal failed, retrying");
            }
            state = owned.with(owned.term().withFailure(detail));
            renewal = timers.after(settings.retryPeriod(), this::renew);
        }
    }

    private void lose(Term term, LeaseRecord read) {
        end();
        String holder = read.isFree() ? "free" : "held by " + read.holder();
        lost.accept("the Lease " + settings.qualifiedName() + " was lost: it is " + holder + ", " + read.transitions()
                + " transitions; not renewed for "
                + Duration.ofMillis(term.renewed().age(timers).toMillis()));
    }

    private void end() {
        state = new Ended(state.record());
        cancelTimers();
    }

    private void cancelTimers() {
        renewal.cancel();
        deadline.cancel();
    }
}
