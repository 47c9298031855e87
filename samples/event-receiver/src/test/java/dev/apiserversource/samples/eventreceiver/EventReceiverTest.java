package dev.apiserversource.samples.eventreceiver;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The bound of all bodies together. The tests of event-display have everything else. */
class EventReceiverTest {

    @Test
    void refusesBodiesWhileOthersWaitForTheirReplyAndTakesThemAfterwards() throws Exception {
        BlockingQueue<Promise<Reply>> waiting = new LinkedBlockingQueue<>();
        Vertx vertx = Vertx.vertx();
        try {
            EventReceiver receiver = new EventReceiver(
                    request -> {
                        Promise<Reply> reply = Promise.promise();
                        waiting.add(reply);
                        return reply.future();
                    },
                    100);
            HttpServer server = await(vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                    .requestHandler(receiver::handle)
                    .listen(0));
            CompletableFuture<HttpResponse<String>> first = send(server, 60);
            Promise<Reply> reply = waiting.poll(30, TimeUnit.SECONDS);

            HttpResponse<String> refused = send(server, 60).get(30, TimeUnit.SECONDS);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.body()).contains("the bodies of all requests together are longer than 100 bytes");
            reply.complete(new Reply(202, "", null));
            assertThat(first.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
            CompletableFuture<HttpResponse<String>> later = send(server, 60);
            waiting.poll(30, TimeUnit.SECONDS).fail("a defect");
            assertThat(later.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
        } finally {
            await(vertx.close());
        }
    }

    private static CompletableFuture<HttpResponse<String>> send(HttpServer server, int bytes) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort()))
                .header("ce-specversion", "1.0")
                .header("ce-type", "t")
                .header("ce-source", "/s")
                .header("ce-id", "1")
                .POST(BodyPublishers.ofByteArray(new byte[bytes]))
                .build();
        return HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
