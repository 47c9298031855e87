package dev.apiserversource.loadtests.compare.feed;

import dev.apiserversource.loadtests.compare.process.Arguments;
import dev.apiserversource.loadtests.compare.process.Parent;
import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * An API server over plain HTTP/1.1 with one thread per connection and blocking writes: a change costs one copy of
 * memory and a share of a large write. Each change is a chunk of its own, as a real API server sends it.
 *
 * <p>Prints {@code listening <port>}, and {@code sent <number>} when a watch has brought all changes.
 */
public final class BareFeed {

    private static final int BACKLOG = 1024;
    private static final int OK = 200;
    private static final String HEAD = "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n%s\r\n\r\n";

    private final FeedOptions options;
    private final FakeApi api;

    private BareFeed(FeedOptions options) {
        this.options = options;
        this.api = new FakeApi(new ConfigMaps(options.objects(), options.bytes()));
    }

    /**
     * Serves until the process is killed.
     *
     * @param arguments {@code --port}, {@code --objects}, {@code --bytes}, {@code --events}, {@code --interval-ms}
     */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> values = Arguments.parse(arguments);
        Parent.endWith(values);
        FeedOptions options = FeedOptions.of(values);
        try (ServerSocket server = new ServerSocket(options.port(), BACKLOG, InetAddress.getLoopbackAddress())) {
            System.out.println("listening " + server.getLocalPort());
            new BareFeed(options).serve(server);
        }
    }

    private void serve(ServerSocket server) throws IOException {
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
            OutputStream out = client.getOutputStream();
            for (ApiRequest request = read(in); request != null; request = read(in)) {
                Answer answer = api.answer(request);
                if (answer instanceof Answer.Body body) {
                    String reason = body.status() == OK ? "OK" : "Not Found";
                    writeHead(out, body.status(), reason, "Content-Length: " + body.json().length);
                    out.write(body.json());
                } else if (answer instanceof Answer.Watch watch) {
                    writeHead(out, OK, "OK", "Transfer-Encoding: chunked");
                    new BareWatch(options, watch, out).run();
                    in.transferTo(OutputStream.nullOutputStream()); // Until the client closes the connection.
                    return;
                }
            }
        } catch (IOException closed) {
            // The client has closed the connection.
        }
    }

    private static void writeHead(OutputStream out, int status, String reason, String length) throws IOException {
        out.write(HEAD.formatted(status, reason, length).getBytes(StandardCharsets.US_ASCII));
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

    /** One line without its end; empty at the end of the connection. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
