package dev.apiserversource.frame.delivery;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;
import java.util.Optional;

/**
 * Detects when a sink becomes unavailable or refuses events, and when it is available again. Logs each once, not once
 * per attempt.
 *
 * <p>An outage is a period of at least {@link #MIN_LENGTH} in which attempts failed and none succeeded. The minimum
 * keeps a single event that always fails, among others that do not, from looking like an outage after each attempt.
 */
final class OutageDetector {

    private static final Duration MIN_LENGTH = Duration.ofSeconds(1);
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);
    private static final Logger log = LoggerFactory.getLogger(OutageDetector.class);

    private final SinkAddress.Role role;
    private final String host;
    private @Nullable Duration failingSince;
    private boolean outage;
    private boolean unavailableLogged;
    private boolean refusalLogged;
    private @Nullable DeliveryException refusal;
    private Duration nextFailureLog = Duration.ZERO;
    private Duration nextRefusalLog = Duration.ZERO;

    OutageDetector(SinkAddress.Role role) {
        this(role, "");
    }

    /** The same for one sink of many. Logs and refusals name its {@code host}, which can be empty. */
    OutageDetector(SinkAddress.Role role, String host) {
        this.role = role;
        this.host = host;
    }

    /** An attempt failed with a retryable failure, at an uptime of {@code now}. */
    void failed(DeliveryException failure, Duration now) {
        boolean first = failingSince == null;
        Duration since = failingSince == null ? now : failingSince;
        failingSince = since;
        outage |= now.minus(since).compareTo(MIN_LENGTH) >= 0;
        if (failure.isRefusal()) {
            refusal = failure;
            logRefusal(failure, now);
        } else if (first) {
            logFailure(failure, now);
        } else if (outage) {
            logUnavailable(failure, now.minus(since));
        }
    }

    private void logRefusal(DeliveryException failure, Duration now) {
        if (!refusalLogged && now.compareTo(nextRefusalLog) >= 0) {
            refusalLogged = true;
            nextRefusalLog = now.plus(LOG_INTERVAL);
            String message =
                    failure.isMissingToken() ? "no token for the sink, retrying" : "sink refuses events, retrying";
            warning(failure).addKeyValue("reason", failure.getMessage()).log(message);
        }
    }

    private void logFailure(DeliveryException failure, Duration now) {
        if (now.compareTo(nextFailureLog) >= 0) {
            nextFailureLog = now.plus(LOG_INTERVAL);
            warning(failure).addKeyValue("reason", failure.getMessage()).log("attempt failed, retrying");
        }
    }

    private void logUnavailable(DeliveryException failure, Duration duration) {
        if (!unavailableLogged) {
            unavailableLogged = true;
            warning(failure).addKeyValue("after", duration).log("sink unavailable, retrying");
        }
    }

    private LoggingEventBuilder warning(DeliveryException failure) {
        return named(log.atWarn()).addKeyValue("result", failure.result()).addKeyValue("response", failure.response());
    }

    private LoggingEventBuilder named(LoggingEventBuilder line) {
        LoggingEventBuilder named = line.addKeyValue("sink", role.label());
        return host.isEmpty() ? named : named.addKeyValue("host", host);
    }

    /** A sentence while an outage lasts in which the sink answers and refuses events. It holds no part of an answer. */
    Optional<String> refusal() {
        return Optional.ofNullable(refusal).filter(any -> outage).map(this::sentence);
    }

    private String sentence(DeliveryException last) {
        return last.isMissingToken()
                ? "events for the " + noun() + " wait, " + last.getMessage()
                : "the " + noun() + " answers " + last.result() + ", events are retried";
    }

    private String noun() {
        return host.isEmpty() ? role.noun() : role.noun() + " " + host;
    }

    /**
     * The sink answered 2xx, or finally, at an uptime of {@code now}, so it is available. Returns whether that ended an
     * outage.
     */
    boolean endedBy(Duration now) {
        if ((unavailableLogged || refusalLogged) && failingSince != null) {
            named(log.atInfo()).addKeyValue("after", now.minus(failingSince)).log("sink available again");
        }
        boolean ended = outage;
        refusal = null;
        failingSince = null;
        outage = false;
        unavailableLogged = false;
        refusalLogged = false;
        return ended;
    }
}
