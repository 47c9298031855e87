package dev.apiserversource.loadtests.compare.sink;

import dev.apiserversource.loadtests.compare.process.Arguments;
import dev.apiserversource.loadtests.compare.process.Parent;
import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A sink over HTTP/1.1 on one selector: one read, one write of a prepared 202 for all requests that the read
 * completed. With {@code --delay-ms} the answers leave later; with {@code --latency true} it reads the time stamps in
 * the bodies.
 *
 * <p>Prints {@code listening <port>}. Then it takes commands on standard input: {@code reset <mark>…}, {@code count},
 * {@code latency <from> <to>}; their answers are those of {@link Arrivals}.
 */
public final class BareSink {

    private static final byte[] ACCEPTED =
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_ANSWERS = 256;
    private static final int READ = 256 * 1024;

    private final Arrivals arrivals = new Arrivals(System.out);
    private final ByteBuffer input = ByteBuffer.allocateDirect(READ);
    private final byte[] bytes = new byte[READ];
    private final ByteBuffer answers = ByteBuffer.allocateDirect(ACCEPTED.length * MAX_ANSWERS);
    private final boolean latency;
    private final @Nullable DelayedAnswers delayed;
    private final Selector selector;

    private BareSink(Selector selector, boolean latency, long delayNanos) {
        this.selector = selector;
        this.latency = latency;
        this.delayed = delayNanos == 0 ? null : new DelayedAnswers(delayNanos);
        for (int i = 0; i < MAX_ANSWERS; i++) {
            answers.put(ACCEPTED);
        }
    }

    /** Serves until the process is killed. Arguments: {@code --port}, {@code --delay-ms}, {@code --latency}. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> values = Arguments.parse(arguments);
        Parent.endWith(values);
        double delay = Double.parseDouble(values.getOrDefault("delay-ms", "0"));
        boolean latency = Boolean.parseBoolean(values.getOrDefault("latency", "false"));
        BareSink sink = new BareSink(Selector.open(), latency, Math.round(delay * 1e6));
        ServerSocketChannel server = ServerSocketChannel.open();
        int port = Integer.parseInt(values.getOrDefault("port", "0"));
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false);
        server.register(sink.selector, SelectionKey.OP_ACCEPT);
        System.out.println("listening " + ((InetSocketAddress) server.getLocalAddress()).getPort());
        Thread commands = new Thread(sink::obey, "commands");
        commands.setDaemon(true);
        commands.start();
        sink.serve(server);
    }

    private void obey() {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        in.lines().map(line -> line.split(" ", -1)).forEach(words -> {
            switch (words[0]) {
                case "reset" ->
                    arrivals.reset(
                            Stream.of(words).skip(1).mapToLong(Long::parseLong).toArray());
                case "count" -> arrivals.printCount();
                case "latency" -> arrivals.printLatencies(Double.parseDouble(words[1]), Double.parseDouble(words[2]));
                default -> System.out.println("unknown " + words[0]);
            }
        });
    }

    private void serve(ServerSocketChannel server) throws IOException {
        while (server.isOpen()) {
            selector.select(key -> {
                if (key.attachment() instanceof Connection connection) {
                    connection.read();
                } else {
                    accept(server);
                }
            });
        }
    }

    private void accept(ServerSocketChannel server) {
        try {
            for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
                client.configureBlocking(false);
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                client.register(selector, SelectionKey.OP_READ, new Connection(client));
            }
        } catch (IOException closed) {
            // The client has closed the connection.
        }
    }

    private final class Connection {

        private final SocketChannel client;
        private final RequestScanner scanner;

        Connection(SocketChannel client) {
            this.client = client;
            StampScanner stamps = new StampScanner(written -> arrivals.measured(written, System.nanoTime()));
            this.scanner = new RequestScanner(latency ? stamps : (body, from, to) -> {});
        }

        void read() {
            try {
                input.clear();
                int read = client.read(input);
                if (read < 0) {
                    client.close();
                    return;
                }
                input.flip().get(bytes, 0, read);
                int ended = scanner.scan(bytes, 0, read);
                if (ended > 0) {
                    ended(ended);
                }
            } catch (IOException broken) {
                close();
            }
        }

        private void ended(int requests) {
            long now = System.nanoTime();
            arrivals.add(requests, now);
            if (delayed == null) {
                answer(answers, requests);
            } else {
                ByteBuffer own = answers.duplicate();
                delayed.add(now, () -> answer(own, requests));
            }
        }

        /** Clients read answers as they arrive, so the socket has room for them. */
        private void answer(ByteBuffer prepared, int requests) {
            try {
                for (int left = requests; left > 0; left -= MAX_ANSWERS) {
                    prepared.position(0).limit(Math.min(left, MAX_ANSWERS) * ACCEPTED.length);
                    while (prepared.hasRemaining()) {
                        client.write(prepared);
                    }
                }
            } catch (IOException broken) {
                close();
            }
        }

        private void close() {
            try {
                client.close();
            } catch (IOException alreadyClosed) {
                // Nothing is left to do.
            }
        }
    }
}
