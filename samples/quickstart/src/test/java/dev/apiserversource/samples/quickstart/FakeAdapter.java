package dev.apiserversource.samples.quickstart;

import com.sun.net.httpserver.HttpServer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Replaces the process of a source in tests; its argument selects the behaviour. It starts fast: few classes. */
final class FakeAdapter {

    enum Behaviour {
        /** Delivers the Event objects of the namespace. */
        DELIVERS,
        /** Delivers one event whose attributes are the other arguments. */
        DELIVERS_ONE,
        DELIVERS_NOTHING,
        IGNORES_SIGTERM
    }

    private static final Pattern SERVER = Pattern.compile("server: \"?([^\"\\s]+)");

    private FakeAdapter() {}

    static List<String> command(Behaviour behaviour, String... arguments) {
        return java(
                FakeAdapter.class.getName(),
                Stream.concat(Stream.of(behaviour.name()), Stream.of(arguments)).toArray(String[]::new));
    }

    /** Starts a class of the class path of this process, with the fewest threads and compilations. */
    static List<String> java(String mainClass, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Stream<String> command = Stream.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass);
        return Stream.concat(command, Stream.of(arguments)).toList();
    }

    public static void main(String[] args) throws IOException {
        Behaviour behaviour = Behaviour.valueOf(args[0]);
        switch (behaviour) {
            case DELIVERS -> deliver();
            case DELIVERS_ONE -> post(args[1], "{}");
            case IGNORES_SIGTERM -> Runtime.getRuntime().addShutdownHook(new Thread(FakeAdapter::hang));
            case DELIVERS_NOTHING -> {}
        }
        serveProbes();
    }

    private static void serveProbes() throws IOException {
        HttpServer probes = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        probes.createContext("/readiness", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        probes.start();
        System.out.println("probes listening port=\"" + probes.getAddress().getPort() + "\"");
    }

    private static void deliver() throws IOException {
        Matcher server = SERVER.matcher(Files.readString(Path.of(System.getenv("KUBECONFIG"))));
        if (!server.find()) {
            throw new IllegalStateException("no server in the kubeconfig");
        }
        URI watch = URI.create(server.group(1) + "/api/v1/namespaces/default/events?watch=true");
        try (BufferedReader frames =
                new BufferedReader(new InputStreamReader(watch.toURL().openStream(), StandardCharsets.UTF_8))) {
            for (String frame = frames.readLine(); frame != null; frame = frames.readLine()) {
                int object = frame.indexOf("\"object\":") + "\"object\":".length();
                post("\"type\":\"fake\",\"source\":\"/fake\"", frame.substring(object, frame.lastIndexOf('}')));
            }
        }
    }

    private static void post(String attributes, String data) throws IOException {
        String event = "{\"specversion\":\"1.0\",\"id\":\"1\"," + attributes + ",\"data\":" + data + "}";
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(System.getenv("K_SINK")).toURL().openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/cloudevents+json");
        connection.getOutputStream().write(event.getBytes(StandardCharsets.UTF_8));
        connection.getResponseCode();
        connection.disconnect();
    }

    private static void hang() {
        try {
            System.out.println("not yet: " + new CountDownLatch(1).await(1, TimeUnit.DAYS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
