package dev.apiserversource.ping;

import dev.apiserversource.ping.Checkpoint.Lag;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/**
 * The ticks of one source. Its backlog is no queue: it is the time up to which all ticks are settled, because the
 * schedule says which follow. So a sink that is away for a week costs no memory.
 *
 * <pre>
 *   ──────●────────●────────●────────○────────○──────────○────────►
 *               settled    next                  now
 *         settled ticks     │   unsettled ones, due      not due
 *                           in flight, or the next to be dispatched
 * </pre>
 */
final class SourceTicks {

    private final SourceSink sink;
    private PingSource source;
    private Instant settled;
    private Missed missed;
    private Optional<Instant> next = Optional.empty();
    private @Nullable Instant inFlight;

    /** The ticks after {@code from}, up to and including {@code to}: no adapter ran, and they are not sent. */
    record Missed(Instant from, Instant to) {

        private boolean contains(Instant tick) {
            return tick.isAfter(from) && !tick.isAfter(to);
        }
    }

    SourceTicks(PingSource source, SourceSink sink, Instant settled, Missed missed) {
        this.source = source;
        this.sink = sink;
        this.settled = settled;
        this.missed = missed;
        findNext();
    }

    PingSource source() {
        return source;
    }

    SourceSink sink() {
        return sink;
    }

    /** The earliest tick that is not settled; empty when the schedule has no more. */
    Optional<Instant> next() {
        return next;
    }

    boolean isInFlight() {
        return inFlight != null;
    }

    /** Whether a tick at or before {@code now} is not settled. */
    boolean lags(Instant now) {
        return next.filter(tick -> !tick.isAfter(now)).isPresent();
    }

    Lag lag() {
        return Lag.of(settled, source.timetable());
    }

    /** The next tick is dispatched. */
    Instant begin() {
        Instant tick = next.orElseThrow();
        inFlight = tick;
        return tick;
    }

    /** The tick in flight is settled. */
    void end() {
        if (inFlight != null && inFlight.isAfter(settled)) {
            settled = inFlight;
        }
        inFlight = null;
        findNext();
    }

    /** The source was changed at {@code now}. Another schedule holds from then on; its ticks are not those before. */
    void change(PingSource changed, Instant now) {
        boolean rescheduled =
                !changed.timetable().text().equals(source.timetable().text());
        source = changed;
        sink.change(changed.delivery());
        if (rescheduled) {
            settled = now;
            findNext();
        }
    }

    private void findNext() {
        Schedule schedule = source.timetable().schedule();
        next = schedule.next(settled)
                .flatMap(tick -> missed.contains(tick) ? schedule.next(missed.to()) : Optional.of(tick));
    }
}
