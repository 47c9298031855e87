package dev.apiserversource.frame.kube;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/**
 * Closes dead HTTP/2 connections. Each connection is pinged once per interval
 * (<a href="https://www.rfc-editor.org/rfc/rfc9113#name-ping">RFC 9113, PING</a>). If the answer takes longer than an
 * interval, the connection is closed, and all its requests fail. So the peer of an open connection was alive within the
 * last two intervals, however quiet its watches are.
 *
 * <p>HTTP/1.1 has no PING. There TCP keep-alive has this task.
 */
final class ConnectionMonitor {

    private static final Logger log = LoggerFactory.getLogger(ConnectionMonitor.class);
    /** The window size that Vert.x returns for a connection without flow control. */
    private static final int HTTP_1 = -1;

    private static final Buffer PAYLOAD = Buffer.buffer(new byte[8]);

    private final Vertx vertx;
    private final Duration interval;

    /** A monitor for connections whose events arrive on event loops of {@code vertx}. */
    ConnectionMonitor(Vertx vertx, Duration interval) {
        this.vertx = vertx;
        this.interval = interval;
    }

    /** Monitors {@code connection} until it is closed. To be called on its event loop. */
    void monitor(HttpConnection connection) {
        if (connection.getWindowSize() == HTTP_1) {
            return;
        }
        Pings pings = new Pings(connection);
        long timer = vertx.setPeriodic(interval.toMillis(), pings::next);
        connection.closeHandler(closed -> vertx.cancelTimer(timer));
    }

    /** The pings of one connection. At most one is unanswered. */
    private static final class Pings {

        private final HttpConnection connection;
        private boolean unanswered;

        Pings(HttpConnection connection) {
            this.connection = connection;
        }

        void next(long timer) {
            if (unanswered) {
                log.atWarn()
                        .addKeyValue("remote", connection.remoteAddress())
                        .log("connection to the API server does not answer, closing it");
                connection.close();
                return;
            }
            unanswered = true;
            connection.ping(PAYLOAD).onSuccess(answer -> unanswered = false);
        }
    }
}
