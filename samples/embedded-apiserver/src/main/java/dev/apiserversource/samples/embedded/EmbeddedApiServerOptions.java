package dev.apiserversource.samples.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How an embedded API server is to behave. Never changes: each {@code with…} answers a copy. */
public final class EmbeddedApiServerOptions implements Cloneable {

    private int port = 0;
    private int historyLength = 10_000;
    private Duration bookmarkInterval = Duration.ofMinutes(1);
    private int watchBacklog = 1_000;
    private boolean streamingLists = true;
    private boolean tls = false;
    private Map<String, String> userByToken = Map.of();
    private List<AccessRule> accessRules = List.of();
    private PodLogs podLogs = PodLogs.NONE;

    private EmbeddedApiServerOptions() {}

    /** As close to the real server as its defaults: a bookmark a minute, streaming lists, everything allowed. */
    public static EmbeddedApiServerOptions defaults() {
        return new EmbeddedApiServerOptions();
    }

    private EmbeddedApiServerOptions but(Consumer<EmbeddedApiServerOptions> change) {
        try {
            EmbeddedApiServerOptions copy = (EmbeddedApiServerOptions) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Listens on {@code port}; 0 for any that is free. */
    public EmbeddedApiServerOptions withPort(int port) {
        return but(copy -> copy.port = port);
    }

    /** Remembers that many changes of each kind. */
    public EmbeddedApiServerOptions withHistoryLength(int historyLength) {
        return but(copy -> copy.historyLength = historyLength);
    }

    /** Lets that much time pass between the bookmarks of a watch. */
    public EmbeddedApiServerOptions withBookmarkInterval(Duration bookmarkInterval) {
        return but(copy -> copy.bookmarkInterval = bookmarkInterval);
    }

    /** Ends a watch that is not read after that many changes. */
    public EmbeddedApiServerOptions withWatchBacklog(int watchBacklog) {
        return but(copy -> copy.watchBacklog = watchBacklog);
    }

    /** Understands {@code sendInitialEvents}, or refuses it as an older server. */
    public EmbeddedApiServerOptions withStreamingLists(boolean streamingLists) {
        return but(copy -> copy.streamingLists = streamingLists);
    }

    /** Speaks TLS, and HTTP/2 to clients that negotiate it; see {@link EmbeddedApiServer#certificatePem}. */
    public EmbeddedApiServerOptions withTls(boolean tls) {
        return but(copy -> copy.tls = tls);
    }

    /** Admits only requests with one of these bearer tokens; the values are user names. */
    public EmbeddedApiServerOptions withUserByToken(Map<String, String> userByToken) {
        return but(copy -> copy.userByToken = Map.copyOf(userByToken));
    }

    /** Allows only what one of these rules allows. */
    public EmbeddedApiServerOptions withAccessRules(List<AccessRule> accessRules) {
        return but(copy -> copy.accessRules = List.copyOf(accessRules));
    }

    /** Answers {@code kubectl logs} from {@code podLogs}. */
    public EmbeddedApiServerOptions withPodLogs(PodLogs podLogs) {
        return but(copy -> copy.podLogs = podLogs);
    }

    /** On the loopback address; 0 for any that is free. */
    public int port() {
        return port;
    }

    /** How many changes of each kind are remembered; a watch from before that gets 410. */
    public int historyLength() {
        return historyLength;
    }

    /** Between the bookmarks of a watch that allows them. */
    public Duration bookmarkInterval() {
        return bookmarkInterval;
    }

    /** How many changes a watch whose client does not read may fall behind before it is ended. */
    public int watchBacklog() {
        return watchBacklog;
    }

    /** Whether {@code sendInitialEvents} is understood; else it is refused with 422. */
    public boolean streamingLists() {
        return streamingLists;
    }

    /** Whether to speak TLS with a certificate of its own. */
    public boolean tls() {
        return tls;
    }

    /** The bearer tokens that are admitted and whose they are; empty: everybody is admitted. */
    public Map<String, String> userByToken() {
        return userByToken;
    }

    /** What users may do; empty: everything. */
    public List<AccessRule> accessRules() {
        return accessRules;
    }

    /** What pods print. */
    public PodLogs podLogs() {
        return podLogs;
    }
}
