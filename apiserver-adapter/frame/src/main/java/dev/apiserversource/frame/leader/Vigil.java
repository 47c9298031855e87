package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * A standby's eye on the holder of the Lease.
 *
 * <p><b>When is a process gone?</b> When its lifeline broke <em>and</em> at its address nobody listens any more. A time-out proves nothing: the network may be cut, and the
 * holder at work. Nor does a refusal alone, where there never was a lifeline: a network policy may refuse in the holder's name.
 */
public final class Vigil {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);
    private static final int HASTY_TRIES = 8;

    private final Lifeline lifeline;
    private final Timers timers;
    private final Runnable noticed;
    private String holder = "";
    private String address = "";
    private @Nullable LeaseRecord last;
    private Lifeline.@Nullable Line line;
    private Timers.@Nullable Timer again;
    private boolean wasUp;
    private boolean refused;
    private int hastyTries;

    /** Tells {@code noticed} when there is reason to look at the Lease at once. */
    public Vigil(Lifeline lifeline, Timers timers, Runnable noticed) {
        this.lifeline = lifeline;
        this.timers = timers;
        this.noticed = noticed;
    }

    /** To be called whenever the Lease was read: watches over its holder, and connects where there is no connection. */
    public void over(LeaseRecord record) {
        String where = record.address().orElse("");
        if (!holder.equals(record.holder()) || !address.equals(where)) {
            end();
            holder = record.holder();
            address = where;
        } else if (last != null && !record.sameTerm(last)) {
            // It was renewed since nobody listened there: that has to be found out anew.
            refused = false;
        }
        last = record;
        connect();
    }

    /** Whether the holder's process has ended, beyond doubt. */
    public boolean isGone() {
        return wasUp && refused;
    }

    /** Whether nobody listens at the holder's address, as it looks from here. */
    public boolean isRefused() {
        return refused;
    }

    /** Forgets the holder. */
    public void end() {
        if (line != null) {
            line.close();
        }
        if (again != null) {
            again.cancel();
        }
        line = null;
        again = null;
        last = null;
        holder = "";
        address = "";
        wasUp = false;
        refused = false;
        hastyTries = 0;
    }

    private void connect() {
        if (line == null && again == null && !address.isEmpty()) {
            line = lifeline.hold(address, holder, this::ended);
        }
    }

    private void ended(Lifeline.End how) {
        line = null;
        refused = how == Lifeline.End.REFUSED;
        if (how == Lifeline.End.CUT) {
            wasUp = true;
            hastyTries = HASTY_TRIES;
            noticed.run();
            connect();
        } else if (isGone()) {
            noticed.run();
        } else if (!refused) {
            tryAgainSoon();
        }
    }

    /** A process that is about to end may still take connections for a moment. Later tries come with the looks at the Lease. */
    private void tryAgainSoon() {
        if (hastyTries > 0 && again == null) {
            hastyTries--;
            again = timers.after(BETWEEN_TRIES, () -> {
                again = null;
                connect();
            });
        }
    }
}
