package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.time.VertxTimers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/** The two ends of a lifeline. */
class HttpLifelineTest {

    private volatile boolean active = true;
    private final Vertx vertx = Vertx.vertx();
    private final Lifeline lifeline = new HttpLifeline(vertx, new VertxTimers(vertx));
    private final ActiveEndpoint endpoint = new ActiveEndpoint("pod-1", () -> active);
    private final Promise<Void> asked = Promise.promise();
    private final AtomicInteger requests = new AtomicInteger();

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private HttpServer serve() {
        return serve(endpoint::handle);
    }

    private HttpServer serve(Consumer<HttpServerRequest> answer) {
        return Await.result(vertx.createHttpServer()
                .requestHandler(request -> {
                    requests.incrementAndGet();
                    answer.accept(request);
                    asked.tryComplete();
                })
                .listen(0, "127.0.0.1"));
    }

    private Future<Lifeline.End> hold(HttpServer server, String holder) {
        return hold(server.actualPort(), holder);
    }

    private Future<Lifeline.End> hold(int port, String holder) {
        Promise<Lifeline.End> ended = Promise.promise();
        vertx.runOnContext(now ->
                new HttpLifeline(vertx, new VertxTimers(vertx)).hold("127.0.0.1:" + port, holder, ended::complete));
        return ended.future();
    }

    /** The first has been answered, and another after it. */
    private void awaitUp(HttpServer server) {
        Await.result(asked.future());
        assertThat(Await.result(hold(server, "another"))).isEqualTo(Lifeline.End.NOTHING);
    }

    @Test
    void lastsUntilTheHolderReleases() {
        HttpServer server = serve();
        Future<Lifeline.End> ended = hold(server, "pod-1");
        awaitUp(server);
        assertThat(ended.isComplete()).isFalse();
        vertx.runOnContext(now -> endpoint.end());

        assertThat(Await.result(ended)).isEqualTo(Lifeline.End.CUT);
    }

    @Test
    void isCutWhenTheHolderEndsAndIsRefusedFromThenOn() {
        HttpServer server = serve();
        Future<Lifeline.End> ended = hold(server, "pod-1");
        awaitUp(server);
        int port = server.actualPort();
        Await.result(server.close());

        assertThat(Await.result(ended)).isEqualTo(Lifeline.End.CUT);
        assertThat(Await.result(hold(port, "pod-1"))).isEqualTo(Lifeline.End.REFUSED);
    }

    @Test
    void whoIsNotActiveIsNoHolder() {
        active = false;

        assertThat(Await.result(hold(serve(), "pod-1"))).isEqualTo(Lifeline.End.NOTHING);
    }

    @Test
    void anotherAtThatAddressIsNoHolder() {
        assertThat(Await.result(hold(serve(), "pod-2"))).isEqualTo(Lifeline.End.NOTHING);
    }

    @Test
    void noAnswerProvesNothing() {
        assertThat(Await.result(hold(serve(request -> {}), "pod-1"))).isEqualTo(Lifeline.End.NOTHING);
    }

    @Test
    void anAddressThatIsNoneProvesNothing() {
        Promise<Lifeline.End> ended = Promise.promise();
        vertx.runOnContext(now -> lifeline.hold("no address at all", "pod-1", ended::complete));

        assertThat(Await.result(ended.future())).isEqualTo(Lifeline.End.NOTHING);
    }

    @Test
    void fewMayBeConnectedAtATime() {
        HttpServer server = serve();
        for (int i = 0; i < 16; i++) {
            hold(server, "pod-1");
        }
        Await.result(until(16));

        assertThat(Await.result(hold(server, "pod-1"))).isEqualTo(Lifeline.End.NOTHING);
    }

    private Future<Void> until(int count) {
        Promise<Void> reached = Promise.promise();
        vertx.setPeriodic(5, id -> {
            if (requests.get() >= count) {
                vertx.cancelTimer(id);
                reached.complete();
            }
        });
        return reached.future();
    }
}
