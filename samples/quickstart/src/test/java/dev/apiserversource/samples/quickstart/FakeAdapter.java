package dev.apiserversource.samples.quickstart;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Replaces the process of the adapter in tests; its argument selects the behaviour. */
final class FakeAdapter {

    enum Behaviour {
        DELIVERS,
        DELIVERS_NOTHING,
        IS_NEVER_READY,
        EXITS,
        IGNORES_SIGTERM
    }

    private FakeAdapter() {}

    static List<String> command(Behaviour behaviour) {
        return java(FakeAdapter.class.getName(), behaviour.name());
    }

    /** Starts a class of the class path of this process. */
    static List<String> java(String mainClass, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.concat(
                        Stream.of(java, "-cp", System.getProperty("java.class.path"), mainClass), Stream.of(arguments))
                .toList();
    }

    public static void main(String[] args) throws Exception {
        Behaviour behaviour = Behaviour.valueOf(args[0]);
        switch (behaviour) {
            case EXITS -> {
                System.err.println("K_SINK is missing");
                System.exit(3);
            }
            case DELIVERS -> deliver();
            case IGNORES_SIGTERM -> Runtime.getRuntime().addShutdownHook(new Thread(FakeAdapter::hang));
            default -> {
                // Only serves the probes.
            }
        }
        serveProbes(behaviour == Behaviour.IS_NEVER_READY ? 503 : 200);
    }

    private static void serveProbes(int status) throws IOException {
        HttpServer probes = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        probes.createContext("/readiness", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        probes.start();
        System.out.println("probes listening port=\"" + probes.getAddress().getPort() + "\"");
    }

    private static void deliver() {
        KubernetesClient client = new KubernetesClientBuilder().build();
        HttpClient http = HttpClient.newHttpClient();
        client.v1().events().inNamespace(System.getenv("NAMESPACE")).watch(new Watcher<Event>() {
            @Override
            public void eventReceived(Action action, Event event) {
                post(http, client.getKubernetesSerialization().asJson(event));
            }

            @Override
            public void onClose(WatcherException cause) {
                System.err.println("watch closed: " + cause);
            }
        });
    }

    private static void post(HttpClient http, String data) {
        String event =
                "{\"specversion\":\"1.0\",\"type\":\"fake\",\"source\":\"/fake\",\"id\":\"1\",\"data\":" + data + "}";
        http.sendAsync(
                        HttpRequest.newBuilder(URI.create(System.getenv("K_SINK")))
                                .header("Content-Type", "application/cloudevents+json")
                                .POST(BodyPublishers.ofString(event))
                                .build(),
                        BodyHandlers.discarding())
                .join();
    }

    private static void hang() {
        try {
            System.out.println("not yet: " + new CountDownLatch(1).await(1, TimeUnit.DAYS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
