package dev.apiserversource.samples.embedded;

import dev.apiserversource.samples.embedded.fault.ServerFault;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static dev.apiserversource.samples.embedded.RunningServer.CONFIG_MAPS;
import static dev.apiserversource.samples.embedded.RunningServer.configMap;
import static org.assertj.core.api.Assertions.assertThat;

class WebSocketWatchTest {

    private static final String CLOSED = "closed";

    @RegisterExtension
    final RunningServer server = new RunningServer();

    @Test
    void sendsOneMessagePerFrame() throws Exception {
        BlockingQueue<String> messages = watch();
        server.store().create(configMap("a"));

        String message = messages.poll(5, TimeUnit.SECONDS);

        assertThat(message).startsWith("{\"type\":\"ADDED\"").contains("\"name\":\"a\"");
    }

    @Test
    void splitMessagesAreReassembled() throws Exception {
        server.api().faults().on(ServerFault.SPLIT_UTF8);
        BlockingQueue<String> messages = watch();
        var wide = configMap("wide");
        wide.withObject("/data").put("key", "zwölf ☁️");
        server.store().create(wide);

        assertThat(messages.poll(5, TimeUnit.SECONDS)).contains("zwölf ☁️");
    }

    @Test
    void faultsCloseTheSocket() throws Exception {
        BlockingQueue<String> closed = watch();
        server.api().faults().once(ServerFault.CLOSE_WATCH);
        server.store().create(configMap("a"));
        assertThat(closed.poll(5, TimeUnit.SECONDS)).isEqualTo(CLOSED);

        server.api().faults().once(ServerFault.CUT_WATCH);
        BlockingQueue<String> cut = watch();
        assertThat(cut.poll(5, TimeUnit.SECONDS)).isEqualTo(CLOSED);
    }

    private BlockingQueue<String> watch() throws Exception {
        Vertx vertx = server.vertx();
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.api().port())
                .setURI(CONFIG_MAPS + "?watch=true&resourceVersion=4")
                .putHeader("accept", "application/json");
        vertx.createWebSocketClient()
                .connect(options)
                .onSuccess((WebSocket socket) -> {
                    socket.textMessageHandler(messages::add);
                    socket.closeHandler(gone -> messages.add(CLOSED));
                })
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        return messages;
    }
}
