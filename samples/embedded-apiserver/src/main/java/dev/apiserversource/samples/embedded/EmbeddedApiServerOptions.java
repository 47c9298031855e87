package dev.apiserversource.samples.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How an embedded API server is to behave.
 *
 * @param port on the loopback address; 0 for any that is free
 * @param historyLength how many changes of each kind are remembered; a watch from before that gets 410
 * @param bookmarkInterval between the bookmarks of a watch that allows them
 * @param watchBacklog how many changes a watch whose client does not read may fall behind before it is ended
 * @param streamingLists whether {@code sendInitialEvents} is understood; else it is refused with 422
 * @param tls whether to speak TLS with a certificate of its own, and HTTP/2 to clients that negotiate it
 * @param userByToken the bearer tokens that are admitted and whose they are; empty: everybody is admitted
 * @param accessRules what users may do; empty: everything
 * @param podLogs what pods print
 */
public record EmbeddedApiServerOptions(
        int port,
        int historyLength,
        Duration bookmarkInterval,
        int watchBacklog,
        boolean streamingLists,
        boolean tls,
        Map<String, String> userByToken,
        List<AccessRule> accessRules,
        PodLogs podLogs) {

    public EmbeddedApiServerOptions {
        userByToken = Map.copyOf(userByToken);
        accessRules = List.copyOf(accessRules);
    }

    /** As close to the real server as its defaults: a bookmark a minute, streaming lists, everything allowed. */
    public static EmbeddedApiServerOptions defaults() {
        return new EmbeddedApiServerOptions(
                0, 10_000, Duration.ofMinutes(1), 1_000, true, false, Map.of(), List.of(), PodLogs.NONE);
    }

    /** Listens on {@code port}; 0 for any that is free. */
    public EmbeddedApiServerOptions withPort(int port) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Remembers that many changes of each kind. */
    public EmbeddedApiServerOptions withHistoryLength(int historyLength) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Lets that much time pass between the bookmarks of a watch. */
    public EmbeddedApiServerOptions withBookmarkInterval(Duration bookmarkInterval) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Ends a watch that is not read after that many changes. */
    public EmbeddedApiServerOptions withWatchBacklog(int watchBacklog) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Understands {@code sendInitialEvents}, or refuses it as an older server. */
    public EmbeddedApiServerOptions withStreamingLists(boolean streamingLists) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Speaks TLS, and HTTP/2 to clients that negotiate it; see {@link EmbeddedApiServer#certificatePem}. */
    public EmbeddedApiServerOptions withTls(boolean tls) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Admits only requests with one of these bearer tokens; the values are user names. */
    public EmbeddedApiServerOptions withUserByToken(Map<String, String> userByToken) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Allows only what one of these rules allows. */
    public EmbeddedApiServerOptions withAccessRules(List<AccessRule> accessRules) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }

    /** Answers {@code kubectl logs} from {@code podLogs}. */
    public EmbeddedApiServerOptions withPodLogs(PodLogs podLogs) {
        return new EmbeddedApiServerOptions(
                port,
                historyLength,
                bookmarkInterval,
                watchBacklog,
                streamingLists,
                tls,
                userByToken,
                accessRules,
                podLogs);
    }
}
