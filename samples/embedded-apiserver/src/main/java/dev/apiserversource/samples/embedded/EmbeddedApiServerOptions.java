package dev.apiserversource.samples.embedded;

import dev.apiserversource.samples.embedded.kubectl.PodLogs;

import java.time.Duration;

/**
 * Settings of an embedded API server.
 *
 * @param port TCP port on the loopback address; 0 for any free port
 * @param bookmarkInterval time between two bookmarks of a watch that allows bookmarks
 * @param tls whether to serve HTTPS with a self-signed certificate, and HTTP/2 to clients that negotiate it
 * @param podLogs source of the {@code pods/log} subresource
 */
public record EmbeddedApiServerOptions(int port, Duration bookmarkInterval, boolean tls, PodLogs podLogs) {

    /** Any free port, a bookmark per minute as in the real API server, plain HTTP and no pod logs. */
    public static EmbeddedApiServerOptions defaults() {
        return new EmbeddedApiServerOptions(0, Duration.ofMinutes(1), false, PodLogs.NONE);
    }

    /** A copy with this port. */
    public EmbeddedApiServerOptions withPort(int port) {
        return new EmbeddedApiServerOptions(port, bookmarkInterval, tls, podLogs);
    }

    /** A copy with this bookmark interval. */
    public EmbeddedApiServerOptions withBookmarkInterval(Duration bookmarkInterval) {
        return new EmbeddedApiServerOptions(port, bookmarkInterval, tls, podLogs);
    }

    /** A copy with TLS on or off; clients trust {@link EmbeddedApiServer#certificatePem}. */
    public EmbeddedApiServerOptions withTls(boolean tls) {
        return new EmbeddedApiServerOptions(port, bookmarkInterval, tls, podLogs);
    }

    /** A copy with this source of pod logs. */
    public EmbeddedApiServerOptions withPodLogs(PodLogs podLogs) {
        return new EmbeddedApiServerOptions(port, bookmarkInterval, tls, podLogs);
    }
}
