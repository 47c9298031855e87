package dev.apiserversource.adapter.kube;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import static dev.apiserversource.adapter.kube.WatchFailure.Denial.DENIED;
import static dev.apiserversource.adapter.kube.WatchFailure.Denial.DENIED_AT_START;
import static dev.apiserversource.adapter.kube.WatchFailure.Denial.NOT_DENIED;
import static dev.apiserversource.adapter.kube.WatchFailure.LogLevel.ERROR;
import static dev.apiserversource.adapter.kube.WatchFailure.LogLevel.QUIET;
import static dev.apiserversource.adapter.kube.WatchFailure.LogLevel.WARN;
import static dev.apiserversource.adapter.kube.WatchFailure.Openness.CLOSES;
import static dev.apiserversource.adapter.kube.WatchFailure.Openness.STAYS_OPEN;
import static dev.apiserversource.adapter.kube.WatchFailure.Openness.STAYS_OPEN_ONCE;
import static dev.apiserversource.adapter.kube.WatchFailure.Openness.STAYS_OPEN_TWICE;
import static dev.apiserversource.adapter.kube.WatchFailure.Position.KEPT;
import static dev.apiserversource.adapter.kube.WatchFailure.Position.LOST;
import static dev.apiserversource.adapter.kube.WatchFailure.Position.LOST_IF_THIRD;
import static dev.apiserversource.adapter.kube.WatchFailure.Position.SUSPECT;
import static dev.apiserversource.adapter.kube.WatchFailure.Retry.AT_ONCE;
import static dev.apiserversource.adapter.kube.WatchFailure.Retry.BACKOFF;
import static dev.apiserversource.adapter.kube.WatchFailure.Retry.RELIST_AT_ONCE;
import static dev.apiserversource.adapter.kube.WatchFailure.Retry.SHORT_BACKOFF;

/**
 * Why a list or watch ended. The cause decides what follows, and this table is the only place that says it:
 *
 * <pre>
 * cause         what happened                            position       retry           log    stream         denied
 * ------------  ---------------------------------------  -------------  --------------  -----  -------------  --------
 * ENDED         clean end of the response                kept           at once         -      open if twice  -
 * VERY_SHORT    clean end within 10 s, without a frame   lost if third  at once         -      open if twice  -
 * CUT           connection closed, or not opened         kept           short backoff   WARN   open if once   at start
 * IDLE          no data for the idle timeout             kept           backoff         WARN   open if once   -
 * GONE          410: the history is gone                 lost           relist at once  -      stays open     -
 * RESET         a resourceVersion before the position    lost           backoff         -      stays open     -
 * MISSED        an audit found a missed change           lost           relist at once  -      stays open     -
 * UNAUTHORIZED  401                                      kept           backoff         WARN   closes         denied
 * FORBIDDEN     403                                      kept           backoff         WARN   closes         denied
 * NOT_FOUND     404                                      kept           backoff         WARN   closes         denied
 * THROTTLED     429                                      kept           backoff         WARN   open if once   -
 * SERVER_ERROR  5xx                                      kept           backoff         WARN   open if once   -
 * ERROR_FRAME   ERROR frame with an unknown code         suspect        backoff         WARN   open if once   -
 * AHEAD         "Too large resource version"             suspect        backoff         WARN   open if once   -
 * REFUSED       any other status                         suspect        backoff         WARN   closes         denied
 * MALFORMED     not a watch, list or discovery document  suspect        backoff         WARN   open if once   -
 * INTERNAL      an exception in this process             kept           backoff         ERROR  open if once   -
 * </pre>
 *
 * <p>The columns are explained at their enums. A lost position is logged besides, because it leads to a relist. There
 * is one exception: a stream whose streaming list is REFUSED lists in pages at once.
 *
 * @param cause the class of reason
 * @param detail the message of the API server or the network, for the log
 * @param retryAfter the wait that the API server requests
 * @param exception the exception of {@link Cause#INTERNAL}, for the log
 */
public record WatchFailure(
        Cause cause, String detail, Optional<Duration> retryAfter, Optional<RuntimeException> exception) {

    /**
     * The API server's message for an
     * <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#unavailable-resource-versions">unavailable
     * resource version</a>. Its status, 504, is too general.
     */
    private static final String TOO_LARGE = "Too large resource version";

    /** One very short watch is normal, for example while an API server shuts down. */
    private static final int MAX_VERY_SHORT = 3;

    /** The API server keeps its history for 75 s at least; etcd is compacted every 5 minutes. */
    private static final Duration MAX_SUSPECT = Duration.ofMinutes(3);

    private static final int LOGGED_EVERY = 10;

    /** One row of the table each. The name in lower case is the label in metrics. */
    public enum Cause {
        /** The timeout of the watch is over, or the API server closed it because the reader was too slow. */
        ENDED(KEPT, AT_ONCE, QUIET, STAYS_OPEN_TWICE, NOT_DENIED),
        /**
         * Some API servers answer a watch from a position that is gone with 200 and an empty body instead of 410
         * (<a href="https://github.com/kubernetes/kubernetes/issues/104171">kubernetes#104171</a>). client-go names it
         * a very short watch when it ends within 1 s. A proxy can make it last longer.
         */
        VERY_SHORT(LOST_IF_THIRD, AT_ONCE, QUIET, STAYS_OPEN_TWICE, NOT_DENIED),
        /** The API server is unreachable, restarts, or the network failed. */
        CUT(KEPT, SHORT_BACKOFF, WARN, STAYS_OPEN_ONCE, DENIED_AT_START),
        /** The connection is dead: a live watch brings a bookmark about once a minute. */
        IDLE(KEPT, BACKOFF, WARN, STAYS_OPEN_ONCE, NOT_DENIED),
        /** The API server no longer has the history after the position. */
        GONE(LOST, RELIST_AT_ONCE, QUIET, STAYS_OPEN, NOT_DENIED),
        /** etcd was restored from a backup. */
        RESET(LOST, BACKOFF, QUIET, STAYS_OPEN, NOT_DENIED),
        /** A list shows what the watch should have brought before the position, and has not. */
        MISSED(LOST, RELIST_AT_ONCE, QUIET, STAYS_OPEN, NOT_DENIED),
        /** The credentials are invalid or expired. */
        UNAUTHORIZED(KEPT, BACKOFF, WARN, CLOSES, DENIED),
        /** The ServiceAccount lacks a right. */
        FORBIDDEN(KEPT, BACKOFF, WARN, CLOSES, DENIED),
        /** The kind does not exist, or a proxy has no API server. If the kind is recreated, the watch gets 410. */
        NOT_FOUND(KEPT, BACKOFF, WARN, CLOSES, DENIED),
        /** The API server limits the rate of requests. */
        THROTTLED(KEPT, BACKOFF, WARN, STAYS_OPEN_ONCE, NOT_DENIED),
        /** The API server or etcd is in trouble. */
        SERVER_ERROR(KEPT, BACKOFF, WARN, STAYS_OPEN_ONCE, NOT_DENIED),
        /** The API server ended the watch with a Status of none of the other causes. */
        ERROR_FRAME(SUSPECT, BACKOFF, WARN, STAYS_OPEN_ONCE, NOT_DENIED),
        /** The API server is behind the position: it lags, or etcd was restored from a backup. */
        AHEAD(SUSPECT, BACKOFF, WARN, STAYS_OPEN_ONCE, NOT_DENIED),
        /** The API server does not accept the request, for example 400 or 422. */
        REFUSED(SUSPECT, BACKOFF, WARN, CLOSES, DENIED),
        /** A proxy answered, or the response is damaged. */
        MALFORMED(SUSPECT, BACKOFF, WARN, STAYS_OPEN_ONCE, NOT_DENIED),
        /** A bug. What could not be processed is read again. */
        INTERNAL(KEPT, BACKOFF, ERROR, STAYS_OPEN_ONCE, NOT_DENIED);

        private final Position position;
        private final Retry retry;
        private final LogLevel log;
        private final Openness open;
        private final Denial denied;

        Cause(Position position, Retry retry, LogLevel log, Openness open, Denial denied) {
            this.position = position;
            this.retry = retry;
            this.log = log;
            this.open = open;
            this.denied = denied;
        }

        private static Cause ofStatus(int status) {
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

    /** What happens to the position, from which the next watch resumes. */
    enum Position {
        /** The next watch resumes from it. */
        KEPT,
        /** The position may be the reason. It is lost if such failures last for longer than the history. */
        SUSPECT,
        /** The position may be the reason. It is lost at the third such end without a frame in between. */
        LOST_IF_THIRD,
        /** The stream relists and compares. After 410 it can resume at its assumed position, if it has one. */
        LOST
    }

    /** How long to wait before the next list or watch. */
    public enum Retry {
        /** No wait. A watch that ends again without progress is retried with backoff. */
        AT_ONCE,
        /** Only jitter. A position that is lost again soon is followed by backoff. */
        RELIST_AT_ONCE,
        /** Exponential backoff with a low maximum, without regard to {@code Retry-After}. */
        SHORT_BACKOFF,
        /** Exponential backoff, or {@code Retry-After} if that is longer. */
        BACKOFF
    }

    /** Whether the failure is logged: the first in a row, and every tenth. */
    enum LogLevel {
        QUIET,
        WARN,
        ERROR
    }

    /** Whether the stream still counts as open. Readiness depends on it. */
    enum Openness {
        /** Yes: this end is part of normal operation. */
        STAYS_OPEN,
        /** Yes after the first failure in a row, no after the second. */
        STAYS_OPEN_ONCE,
        /** Yes after the regular end of a watch and one more failure in a row, no after the third. */
        STAYS_OPEN_TWICE,
        /** No: the failure lasts until a person intervenes. */
        CLOSES
    }

    /** Whether the watch is denied. With {@code failFast} that ends the process. */
    enum Denial {
        NOT_DENIED,
        /** Yes, if the stream was never open. */
        DENIED_AT_START,
        /** Yes: a retry succeeds only after a person has intervened. */
        DENIED
    }

    /** A failure without an exception of this process. */
    public WatchFailure(Cause cause, String detail, Optional<Duration> retryAfter) {
        this(cause, detail, retryAfter, Optional.empty());
    }

    /** The failure with this cause and detail, without {@code Retry-After}. */
    public static WatchFailure of(Cause cause, String detail) {
        return new WatchFailure(cause, detail, Optional.empty());
    }

    /** The failure of a reader whose decoder has thrown {@code exception}, which it should not. */
    public static WatchFailure internal(RuntimeException exception) {
        return new WatchFailure(Cause.INTERNAL, String.valueOf(exception), Optional.empty(), Optional.of(exception));
    }

    /** The failure of a response with an error status. {@code message} is that of the Status object in its body. */
    public static WatchFailure ofStatus(int status, String message, Optional<Duration> retryAfter) {
        return new WatchFailure(cause(status, message), "HTTP " + status + ": " + message, retryAfter);
    }

    /** The failure of an ERROR frame within a watch. {@code code} is the HTTP status code in its Status object. */
    public static WatchFailure ofErrorFrame(int code, String message, Optional<Duration> retryAfter) {
        Cause cause = cause(code, message);
        return new WatchFailure(cause == Cause.REFUSED ? Cause.ERROR_FRAME : cause, message, retryAfter);
    }

    private static Cause cause(int status, String message) {
        return message.contains(TOO_LARGE) ? Cause.AHEAD : Cause.ofStatus(status);
    }

    /** The cause as a label in metrics. */
    public String label() {
        return cause.name().toLowerCase(Locale.ROOT);
    }

    /** Whether the position may be the reason: the API server objects to it, or what it sends cannot be read. */
    public boolean isPositionSuspect() {
        return cause.position == SUSPECT;
    }

    /**
     * Whether the stream must relist.
     *
     * @param veryShort how many watches were {@link Cause#VERY_SHORT} since the last frame
     * @param suspectFor how long all failures were {@link #isPositionSuspect}
     */
    public boolean losesPosition(int veryShort, Duration suspectFor) {
        return switch (cause.position) {
            case KEPT -> false;
            case SUSPECT -> suspectFor.compareTo(MAX_SUSPECT) >= 0;
            case LOST_IF_THIRD -> veryShort >= MAX_VERY_SHORT;
            case LOST -> true;
        };
    }

    /** Whether the API server has answered with an error status. It is reachable then. */
    public boolean isErrorStatus() {
        return switch (cause) {
            case GONE, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, THROTTLED, SERVER_ERROR, AHEAD, REFUSED -> true;
            default -> false;
        };
    }

    /** Whether the credentials are not accepted, or lack a right. */
    public boolean isRightMissing() {
        return cause == Cause.UNAUTHORIZED || cause == Cause.FORBIDDEN;
    }

    /** Whether the API server does not accept the request, so that only another one can help. */
    public boolean isRequestRefused() {
        return cause == Cause.REFUSED;
    }

    /** Whether the API server no longer has the history after the position, and nothing else is wrong. */
    public boolean isHistoryGone() {
        return cause == Cause.GONE || cause == Cause.VERY_SHORT;
    }

    /** Whether an open watch with this end may have kept changes back: it was dead, or sent what cannot be read. */
    public boolean hidesChanges() {
        return cause == Cause.IDLE || cause == Cause.MALFORMED;
    }

    public Retry retry() {
        return cause.retry;
    }

    /** Whether to log this failure, the last of {@code failures} in a row. */
    public boolean isLogged(int failures) {
        return cause.log != QUIET && (failures == 1 || failures % LOGGED_EVERY == 0);
    }

    /** Whether a stream that was open still counts as open, after {@code failures} in a row. */
    public boolean staysOpen(int failures) {
        return switch (cause.open) {
            case STAYS_OPEN -> true;
            case STAYS_OPEN_ONCE -> failures <= 1;
            case STAYS_OPEN_TWICE -> failures <= 2;
            case CLOSES -> false;
        };
    }

    /** Whether the watch is denied. {@code everOpen} is whether the stream was open before. */
    public boolean isDenied(boolean everOpen) {
        return switch (cause.denied) {
            case NOT_DENIED -> false;
            case DENIED_AT_START -> !everOpen;
            case DENIED -> true;
        };
    }
}
