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
                0, 10_000, Duration.ofMinutes(1), 1_000, true, Map.of(), List.of(), PodLogs.NONE);
    }

    public EmbeddedApiServerOptions withPort(int port) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }

    public EmbeddedApiServerOptions withHistoryLength(int historyLength) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }

    public EmbeddedApiServerOptions withBookmarkInterval(Duration bookmarkInterval) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }

    public EmbeddedApiServerOptions withWatchBacklog(int watchBacklog) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }

    public EmbeddedApiServerOptions withStreamingLists(boolean streamingLists) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }

    /** Admits only requests with one of these bearer tokens; the values are user names. */
    public EmbeddedApiServerOptions withUserByToken(Map<String, String> userByToken) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }

    public EmbeddedApiServerOptions withAccessRules(List<AccessRule> accessRules) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }

    public EmbeddedApiServerOptions withPodLogs(PodLogs podLogs) {
        return new EmbeddedApiServerOptions(
                port, historyLength, bookmarkInterval, watchBacklog, streamingLists, userByToken, accessRules, podLogs);
    }
}
