package dev.apiserversource.adapter.kube;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Why an exchange with the API server came to its end.
 *
 * @param cause the class of reason, which decides what is done next
 * @param detail what the API server or the network said, for the log
 * @param retryAfter the wait that the API server asked for
 */
public record WatchFailure(Cause cause, String detail, Optional<Duration> retryAfter) {

    /** How the API server words <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#unavailable-resource-versions">an
     * unavailable resource version</a>; the status alone, 504, says less. */
    private static final String TOO_LARGE = "Too large resource version";

    /** Classes of reasons; the name in lower case is the label of the metrics. */
    public enum Cause {
        /** A clean end: the watch's time was over, or the API server let go of a reader that was too slow. */
        ENDED,
        /** The connection was cut or could not be made. */
        CUT,
        /** Nothing came for too long. */
        IDLE,
        /** 410: the history that was asked for exists no more. */
        GONE,
        /** What came is older than what had come: the API server was restored from a backup. */
        RESET,
        /** 401: the credentials are not, or no longer, good. */
        UNAUTHORIZED,
        /** 403: the ServiceAccount lacks a right. */
        FORBIDDEN,
        /** 404: the kind does not exist, or no longer. */
        NOT_FOUND,
        /** 429: the API server asks for patience. */
        THROTTLED,
        /** 5xx. */
        SERVER_ERROR,
        /** An ERROR frame that is not 410. */
        ERROR_FRAME,
        /** The API server has not come as far as the stream: it lags, or was restored from a backup. */
        AHEAD,
        /** Any other status: the API server does not accept the request as it is. */
        REFUSED,
        /** What came is not what the protocol promises. */
        MALFORMED;

        /** Whether repeating the request can only help after somebody has changed something. */
        public boolean definite() {
            return this == UNAUTHORIZED || this == FORBIDDEN || this == NOT_FOUND || this == REFUSED;
        }

        /** Whether the API server objects to where the watch wants to start, so that asking the same again and again leads nowhere. */
        public boolean aboutContent() {
            return this == ERROR_FRAME || this == AHEAD || this == MALFORMED || this == REFUSED;
        }

        /** Whether there is no way on from the position. */
        public boolean endsHistory() {
            return this == GONE || this == NOT_FOUND || this == RESET;
        }

        public static Cause ofStatus(int status) {
            return switch (status) {
                case 401 -> UNAUTHORIZED;
                case 403 -> FORBIDDEN;
                case 404 -> NOT_FOUND;
                case 410 -> GONE;
                case 429 -> THROTTLED;
                default -> status >= 500 ? SERVER_ERROR : REFUSED;
            };
        }
    }

    /** The cause as a metric's label. */
    public String label() {
        return cause.name().toLowerCase(Locale.ROOT);
    }

    /** What an answer with an error status means; {@code message} is that of the Status object in its body. */
    public static WatchFailure ofStatus(int status, String message, Optional<Duration> retryAfter) {
        Cause cause = message.contains(TOO_LARGE) ? Cause.AHEAD : Cause.ofStatus(status);
        return new WatchFailure(cause, "HTTP " + status + ": " + message, retryAfter);
    }

    public static WatchFailure of(Cause cause, String detail) {
        return new WatchFailure(cause, detail, Optional.empty());
    }
}
