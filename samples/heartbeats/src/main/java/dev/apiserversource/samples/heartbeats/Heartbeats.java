package dev.apiserversource.samples.heartbeats;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Sends one event per period. A failed event is logged, and the next one follows. */
final class Heartbeats {

    private final Settings settings;
    private final Sender sender;
    private final Clock clock;
    private final Pause pause;
    private final PrintStream log;

    /** Sends an event. */
    @FunctionalInterface
    interface Sender {

        /** Returns when the sink has accepted it; fails otherwise. */
        void send(Heartbeat event) throws IOException;
    }

    /** Waits. */
    @FunctionalInterface
    interface Pause {

        /** Returns after that time. */
        void await(Duration time) throws InterruptedException;
    }

    Heartbeats(Settings settings, Sender sender, Clock clock, Pause pause, PrintStream log) {
        this.settings = settings;
        this.sender = sender;
        this.clock = clock;
        this.pause = pause;
        this.log = log;
    }

    /** Whether the event of a one-shot program was accepted. Others end by interruption only. */
    boolean run() throws InterruptedException {
        Instant started = clock.instant();
        Instant next = started;
        for (int number = 1; ; number++) {
            boolean sent = send(Heartbeat.of(settings, started, number, clock.instant()));
            if (settings.oneShot()) {
                return sent;
            }
            next = after(next, clock.instant());
            pause.await(Duration.between(clock.instant(), next));
        }
    }

    /** The next multiple of the period. Those that have passed during a slow attempt are skipped. */
    private Instant after(Instant previous, Instant now) {
        long passed = Math.max(0, Duration.between(previous, now).dividedBy(settings.period()));
        return previous.plus(settings.period().multipliedBy(passed + 1));
    }

    private boolean send(Heartbeat event) {
        try {
            sender.send(event);
            log("sent to " + settings.sink() + ": " + event.data());
            return true;
        } catch (IOException e) {
            log("not sent to " + settings.sink() + ": " + e);
            return false;
        }
    }

    private void log(String message) {
        log.println(clock.instant() + " " + message);
    }
}
