package dev.apiserversource.loadtests.compare.feed;

import dev.apiserversource.loadtests.compare.process.Arguments;
import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * An API server over plain HTTP/1.1 with one thread per connection and blocking writes: a change costs one copy of
 * memory and a share of a large write. Each change is a chunk of its own, as a real API server sends it.
 *
 * <p>Prints {@code listening <port>}, and {@code sent <number>} when a watch has brought all changes.
 */
public final class BareFeed {

    private static final int BLOCK = 256 * 1024;
    private static final String HEAD = "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n%s\r\n\r\n";

    private final FeedOptions options;
    private final FakeApi api;
    private final ServerSocket server;

    private BareFeed(FeedOptions options, ServerSocket server) {
        this.options = options;
        this.server = server;
        this.api = new FakeApi(new ConfigMaps(options.objects(), options.bytes()));
    }

    /** Serves until the process is killed. Arguments: see {@link FeedOptions}. */
    public static void main(String[] arguments) throws IOException {
        FeedOptions options = FeedOptions.parse(Arguments.parse(arguments));
        ServerSocket server = new ServerSocket(options.port(), 50, InetAddress.getLoopbackAddress());
        System.out.println("listening " + server.getLocalPort());
        new BareFeed(options, server).serve();
    }

    private void serve() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Thread thread = new Thread(() -> converse(client), "client");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void converse(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (ApiRequest request = read(in); request != null; request = read(in)) {
                Answer answer = api.answer(request);
                if (answer instanceof Answer.Watch watch) {
                    write(client, HEAD.formatted(200, "OK", "Transfer-Encoding: chunked"));
                    new BareWatch(api, options, watch, client.getOutputStream()).run();
                    awaitEnd(in);
                    return;
                }
                Answer.Body body = (Answer.Body) answer;
                String reason = body.status() == 200 ? "OK" : "Not Found";
                write(client, HEAD.formatted(body.status(), reason, "Content-Length: " + body.json().length));
                client.getOutputStream().write(body.json());
            }
        } catch (IOException closed) {
            // The client has closed the connection.
        }
    }

    private static void awaitEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // A client sends nothing during a watch.
        }
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The next request; null at the end of the connection. */
    private static @Nullable ApiRequest read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        String accept = "";
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String name = header.substring(0, Math.max(0, header.indexOf(':'))).toLowerCase(Locale.ROOT);
            String value = header.substring(header.indexOf(':') + 1).trim();
            accept = name.equals("accept") ? value : accept;
            length = name.equals("content-length") ? Integer.parseInt(value) : length;
        }
        in.skipNBytes(length);
        String[] words = first.split(" ", -1);
        return ApiRequest.of(words[0], words[1], accept);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** Writes one watch. */
    private static final class BareWatch {

        private final FakeApi api;
        private final FeedOptions options;
        private final Answer.Watch watch;
        private final java.io.OutputStream out;
        private final byte[] block;
        private int filled;
        private long version;

        BareWatch(FakeApi api, FeedOptions options, Answer.Watch watch, java.io.OutputStream out) {
            this.api = api;
            this.options = options;
            this.watch = watch;
            this.out = out;
            this.version = watch.version();
            this.block = new byte[Math.max(BLOCK, 2 * (options.bytes() + 1024))];
        }

        void run() throws IOException {
            ConfigMaps.Form form = watch.form();
            if (watch.listed()) {
                if (form != null) {
                    list(form.added());
                }
                flush();
                byte[] end = watch.endOfList().getBytes(StandardCharsets.US_ASCII);
                out.write((Integer.toHexString(end.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(end);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            if (form != null) {
                changes(form.modified());
                System.out.println("sent " + options.events());
            }
        }

        private void list(Template added) throws IOException {
            for (int object = 0; object < api.objects().count(); object++) {
                add(added, object, api.objects().versionOf(object, watch.version()), 0);
            }
        }

        private void changes(Template modified) throws IOException {
            long due = System.nanoTime();
            for (long sent = 0; sent < options.events(); sent++) {
                if (options.isPaced()) {
                    due += options.interval().toNanos();
                    pause(due);
                }
                version++;
                add(modified, api.objects().objectOf(version), version, options.isPaced() ? System.nanoTime() : 0);
            }
            flush();
        }

        /** What was due meanwhile is sent at once. */
        private void pause(long due) throws IOException {
            if (System.nanoTime() < due) {
                flush();
            }
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
        }

        private void add(Template template, long object, long atVersion, long nanos) throws IOException {
            if (block.length - filled < template.length() + 16) {
                flush();
            }
            filled = hex(template.length());
            filled = template.fill(block, filled, object, atVersion, nanos);
            block[filled++] = '\r';
            block[filled++] = '\n';
        }

        /** The line that begins a chunk. */
        private int hex(int length) {
            int at = filled;
            for (int shift = 28; shift >= 0; shift -= 4) {
                block[at++] = (byte) Character.forDigit(length >> shift & 15, 16);
            }
            block[at++] = '\r';
            block[at++] = '\n';
            return at;
        }

        private void flush() throws IOException {
            out.write(block, 0, filled);
            filled = 0;
            api.sent(version);
        }
    }
}
