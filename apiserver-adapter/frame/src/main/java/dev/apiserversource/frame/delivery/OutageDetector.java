package dev.apiserversource.frame.delivery;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;

/**
 * Notices when the sink goes away and when it is back, and logs that once instead of once per attempt.
 *
 * <p>An outage is a stretch of at least {@link #LEAST} in which attempts failed and none went well. The least length keeps a single event that
 * always fails, amid others that do not, from looking like an outage after each of its attempts.
 */
final class OutageDetector {

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final Logger log = LoggerFactory.getLogger(OutageDetector.class);

    private final SinkRole role;
    private @Nullable Instant failingSince;
    private boolean underWay;
    private Instant quietUntil = Instant.MIN;

    /** For the sink that is {@code role}. */
    OutageDetector(SinkRole role) {
        this.role = role;
    }

    /** An attempt failed in a way that may pass. */
    void failed(DeliveryException failure, Instant now) {
        if (failingSince == null) {
            failingSince = now;
            logFailure(failure, now);
        } else if (!underWay && !now.isBefore(failingSince.plus(LEAST))) {
            underWay = true;
            log.atWarn()
                    .addKeyValue("since", failingSince)
                    .addKeyValue("result", failure.result())
                    .addKeyValue("answer", failure.excerpt())
                    .log(role + " takes no events at present");
        }
    }

    private void logFailure(DeliveryException failure, Instant now) {
        if (!now.isBefore(quietUntil)) {
            quietUntil = now.plus(BETWEEN_LINES);
            log.atWarn()
                    .addKeyValue("result", failure.result())
                    .addKeyValue("reason", failure.getMessage())
                    .addKeyValue("answer", failure.excerpt())
                    .log("attempt at the " + role
                            + " failed; further failures of this kind are not logged for a while");
        }
    }

    /** The sink gave a sensible answer: it took an event, or refused it for good. Returns whether that ended an outage. */
    boolean endedBy(Instant now) {
        boolean ended = underWay && failingSince != null;
        if (ended) {
            log.atInfo()
                    .addKeyValue("after", Duration.between(failingSince, now))
                    .log(role + " takes events again");
        }
        failingSince = null;
        underWay = false;
        return ended;
    }
}
