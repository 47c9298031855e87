package dev.apiserversource.loadtests.compare.feed;

import dev.apiserversource.loadtests.compare.process.Arguments;
import dev.apiserversource.loadtests.compare.process.Parent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PfxOptions;

import java.util.Map;

/**
 * An API server over TLS that offers HTTP/2, with as many streams on a connection as kube-apiserver allows.
 *
 * <p>Prints {@code listening <port>}, and {@code watches <number> <nanoseconds>} when as many watches without a
 * selector are open as {@code --report-watches} says.
 */
public final class TlsFeed {

    /** Of kube-apiserver. */
    private static final int MAX_STREAMS = 250;

    private static final int BACKLOG = 1024;

    private final FeedOptions options;
    private final FakeApi api;
    private final int reported;
    private final Vertx vertx;
    private int open;

    private TlsFeed(FeedOptions options, int reported, Vertx vertx) {
        this.options = options;
        this.api = new FakeApi(new ConfigMaps(options.objects(), options.bytes()));
        this.reported = reported;
        this.vertx = vertx;
    }

    /**
     * Serves until the process is killed.
     *
     * @param arguments those of {@link BareFeed}, {@code --key-store} with its {@code --password}, {@code
     *     --report-watches}
     */
    public static void main(String[] arguments) {
        Map<String, String> values = Arguments.parse(arguments);
        Parent.endWith(values);
        FeedOptions options = FeedOptions.of(values);
        HttpServerOptions server = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(options.port())
                .setAcceptBacklog(BACKLOG)
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(
                        new PfxOptions().setPath(values.get("key-store")).setPassword(values.get("password")))
                .setHttp2RstFloodMaxRstFramePerWindow(Integer.MAX_VALUE) // A client that ends resets each stream.
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS));
        Vertx vertx = Vertx.vertx();
        TlsFeed feed = new TlsFeed(options, Integer.parseInt(values.getOrDefault("report-watches", "0")), vertx);
        vertx.createHttpServer(server)
                .requestHandler(feed::handle)
                .listen()
                .onSuccess(listening -> System.out.println("listening " + listening.actualPort()))
                .onFailure(failure -> {
                    failure.printStackTrace();
                    vertx.close();
                });
    }

    private void handle(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        ApiRequest read = ApiRequest.of(request.method().name(), request.uri(), accept == null ? "" : accept);
        HttpServerResponse response = request.response().putHeader("Content-Type", "application/json");
        Answer answer = api.answer(read);
        if (answer instanceof Answer.Body body) {
            response.setStatusCode(body.status()).end(Buffer.buffer(body.json()));
        } else if (answer instanceof Answer.Watch watch) {
            boolean counts = read.selectsUnlabelled();
            response.setChunked(true);
            TlsWatch written = new TlsWatch(options, watch, response, vertx, () -> opened(counts));
            response.closeHandler(closed -> {
                written.stop();
                open -= counts && written.isOpen() ? 1 : 0;
            });
            written.start();
        }
    }

    private void opened(boolean counts) {
        if (counts && ++open == reported) {
            System.out.println("watches " + open + " " + System.nanoTime());
        }
    }
}
