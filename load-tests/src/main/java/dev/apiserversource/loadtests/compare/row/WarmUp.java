package dev.apiserversource.loadtests.compare.row;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Lets a new feed and sink work until their code is compiled, so that the first adapter does not pay for it. */
final class WarmUp {

    private static final String WATCH = """
            GET /api/v1/namespaces/load-0000/configmaps?watch=true&resourceVersion=0 HTTP/1.1
            Host: feed

            """;
    private static final long FEED_BYTES = 400L << 20;
    private static final String POST = """
            POST / HTTP/1.1
            Host: sink
            ce-id: 0
            ce-specversion: 1.0
            Content-Length: 2500

            %s""";
    private static final int POSTS = 60_000;
    private static final int ANSWER = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".length();

    private WarmUp() {}

    /** Reads a watch of a feed that brings this many bytes at least. */
    static void feed(int port, long bytes) {
        try {
            readFeed(port, Math.min(FEED_BYTES, bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends events to a sink. It counts them: reset it afterwards. */
    static void sink(int port) {
        try {
            writeSink(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readFeed(int port, long bytesWanted) throws IOException {
        byte[] bytes = new byte[1 << 18];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(WATCH.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            for (long total = 0; total < bytesWanted; ) {
                int read = in.read(bytes);
                if (read < 0) {
                    return;
                }
                total += read;
            }
        }
    }

    /** Pipelined, a few at once, which is gentle on a sink that answers after a delay. */
    private static void writeSink(int port) throws IOException {
        int atOnce = 64;
        byte[] requests = POST.formatted("")
                .replace("\n", "\r\n")
                .concat("x".repeat(2_500))
                .repeat(atOnce)
                .getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            for (int sent = 0; sent < POSTS; sent += atOnce) {
                out.write(requests);
                socket.getInputStream().readNBytes(atOnce * ANSWER);
            }
        }
    }
}
