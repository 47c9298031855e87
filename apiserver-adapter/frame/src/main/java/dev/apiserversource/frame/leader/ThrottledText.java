package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.util.function.Supplier;

/** A text for an annotation of the Lease. A controller acts on each change, so it changes every 10 s at most. */
final class ThrottledText {

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(10);

    private final Supplier<String> source;
    private final Timers timers;
    private String text = "";
    private Duration nextChange = Duration.ZERO;

    ThrottledText(Supplier<String> source, Timers timers) {
        this.source = source;
        this.timers = timers;
    }

    String text() {
        Duration uptime = timers.uptime();
        String present = source.get();
        if (!present.equals(text) && uptime.compareTo(nextChange) >= 0) {
            text = present;
            nextChange = uptime.plus(MIN_INTERVAL);
        }
        return text;
    }
}
