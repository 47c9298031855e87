package dev.apiserversource.samples.embedded;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * An API server in this JVM, for learning and for tests: the Kubernetes protocol over objects in memory. It listens on
 * the loopback address only and forgets everything when it is closed.
 *
 * <pre>{@code
 * EmbeddedApiServer server = EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults()).await();
 * server.store().create(configMap);
 * server.faults().once(Fault.GONE_410);
 * }</pre>
 */
public final class EmbeddedApiServer {

    private static final String HOST = "127.0.0.1";
    private static final String SUFFIX_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final HttpServer http;
    private final String certificatePem;
    private final ObjectStore store;
    private final Faults faults;
    private final Watches watches;
    private final RequestLog requests = new RequestLog();
    private final EmbeddedApiServerOptions options;

    private EmbeddedApiServer(
            Vertx vertx, Context context, EmbeddedApiServerOptions options, Optional<SelfSignedKey> key) {
        this.options = options;
        Kinds kinds = new Kinds();
        Access access = new Access(options.userByToken(), options.accessRules());
        this.store = new ObjectStore(kinds, Clock.systemUTC(), EmbeddedApiServer::nameSuffix, options.historyLength());
        this.faults = new Faults(this::wakeUp);
        this.watches = new Watches(vertx, context, store, kinds, faults, options);
        GarbageCollector garbage = new GarbageCollector(kinds, store);
        store.onChange(new CustomResources(kinds, store));
        store.onChange(garbage);
        store.onChange(change -> wakeUp());
        Router router = new Router(
                kinds,
                new ObjectRequests(store, garbage, new AccessReviews(access)),
                new PodLogRequests(vertx, options.podLogs()),
                watches,
                new RequestFaults(vertx, faults),
                access,
                requests,
                options.streamingLists());
        this.certificatePem = key.map(SelfSignedKey::certificatePem).orElse("");
        this.http = vertx.createHttpServer(httpOptions(options, key)).requestHandler(router);
    }

    /** Starts a server; fails when its port is taken. */
    public static Future<EmbeddedApiServer> start(Vertx vertx, EmbeddedApiServerOptions options) {
        Context context = vertx.getOrCreateContext();
        Promise<EmbeddedApiServer> started = Promise.promise();
        vertx.executeBlocking(() -> key(options))
                .onFailure(started::fail)
                .onSuccess(key -> context.runOnContext(now -> {
                    EmbeddedApiServer server = new EmbeddedApiServer(vertx, context, options, key);
                    server.http.listen().map(server).onComplete(started);
                }));
        return started.future();
    }

    private static Optional<SelfSignedKey> key(EmbeddedApiServerOptions options) {
        return options.tls() ? Optional.of(SelfSignedKey.create("embedded")) : Optional.empty();
    }

    private static HttpServerOptions httpOptions(EmbeddedApiServerOptions options, Optional<SelfSignedKey> key) {
        HttpServerOptions http = new HttpServerOptions().setHost(HOST).setPort(options.port());
        key.ifPresent(some -> http.setSsl(true).setUseAlpn(true).setKeyCertOptions(some.options()));
        return http;
    }

    /** The TCP port it listens on. */
    public int port() {
        return http.actualPort();
    }

    /** The address for clients, without a trailing slash. */
    public String url() {
        return (options.tls() ? "https://" : "http://") + HOST + ":" + port();
    }

    /** The certificate that clients have to trust; empty without TLS. */
    public String certificatePem() {
        return certificatePem;
    }

    /** Writes a kubeconfig for this server, with one of the tokens where tokens are asked for; returns {@code file}. */
    public Path writeKubeconfig(Path file) {
        String token =
                options.userByToken().keySet().stream().sorted().findFirst().orElse("none");
        return Kubeconfig.write(file, url(), certificatePem, token);
    }

    /** The faults to switch on. */
    public Faults faults() {
        return faults;
    }

    /** The objects, past the network. */
    public ObjectStore store() {
        return store;
    }

    /** How many watches are open at this moment. */
    public int openWatches() {
        return watches.count();
    }

    /** The last 10,000 requests, oldest first, those of discovery included. */
    public List<ReceivedRequest> requests() {
        return requests.all();
    }

    /** Ends every open watch in order, as a server does before it restarts. */
    public void endWatches() {
        watches.endAll();
    }

    /** Stops listening and drops every connection. */
    public Future<Void> close() {
        return http.close();
    }

    private void wakeUp() {
        watches.wakeUp();
    }

    private static String nameSuffix() {
        return ThreadLocalRandom.current()
                .ints(5, 0, SUFFIX_CHARACTERS.length())
                .mapToObj(index -> SUFFIX_CHARACTERS.substring(index, index + 1))
                .collect(Collectors.joining());
    }
}
