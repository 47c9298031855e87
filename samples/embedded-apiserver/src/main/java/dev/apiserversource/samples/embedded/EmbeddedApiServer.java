package dev.apiserversource.samples.embedded;

import dev.apiserversource.samples.embedded.fault.Faults;
import dev.apiserversource.samples.embedded.fault.ReceivedRequest;
import dev.apiserversource.samples.embedded.kubectl.PodLogRequests;
import dev.apiserversource.samples.embedded.server.Router;
import dev.apiserversource.samples.embedded.store.CustomResourceDefinitions;
import dev.apiserversource.samples.embedded.store.GarbageCollector;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import dev.apiserversource.samples.embedded.store.ResourceKinds;
import dev.apiserversource.samples.embedded.watch.Watches;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * An API server in this JVM for tests and for trying things out with kubectl. It speaks the Kubernetes protocol over
 * objects in memory, listens on the loopback address only, and fails on request.
 *
 * <pre>{@code
 * EmbeddedApiServer server = EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults()).await();
 * server.store().create(configMap);
 * server.faults().once(ServerFault.GONE_410);
 * }</pre>
 */
public final class EmbeddedApiServer {

    private static final String HOST = "127.0.0.1";

    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: embedded
              cluster:
                server: %s
                certificate-authority-data: "%s"
            contexts:
            - name: embedded
              context:
                cluster: embedded
                user: embedded
                namespace: default
            current-context: embedded
            users:
            - name: embedded
              user:
                token: none
            """;

    private final HttpServer http;
    private final Optional<SelfSignedCertificate> certificate;
    private final ObjectStore store;
    private final Faults faults;
    private final Watches watches;
    private final Router router;

    private EmbeddedApiServer(
            Vertx vertx,
            Context context,
            EmbeddedApiServerOptions options,
            Optional<SelfSignedCertificate> certificate) {
        ResourceKinds kinds = new ResourceKinds();
        this.certificate = certificate;
        this.store = new ObjectStore(kinds, Clock.systemUTC());
        this.faults = new Faults(this::wakeUpWatches);
        this.watches = new Watches(vertx, context, store, kinds, faults, options.bookmarkInterval());
        GarbageCollector garbage = new GarbageCollector(kinds, store);
        store.onChange(new CustomResourceDefinitions(kinds, store));
        store.onChange(garbage);
        store.onChange(change -> wakeUpWatches());
        PodLogRequests podLogs = new PodLogRequests(vertx, options.podLogs());
        this.router = new Router(kinds, store, garbage, podLogs, watches, faults);
        HttpServerOptions httpOptions = new HttpServerOptions().setHost(HOST).setPort(options.port());
        certificate.ifPresent(
                tls -> httpOptions.setSsl(true).setUseAlpn(true).setKeyCertOptions(tls.keyStoreOptions()));
        this.http = vertx.createHttpServer(httpOptions).requestHandler(router);
    }

    /** Starts a server on an event loop of {@code vertx}; fails when its port is in use. */
    public static Future<EmbeddedApiServer> start(Vertx vertx, EmbeddedApiServerOptions options) {
        Context context = vertx.getOrCreateContext();
        Promise<EmbeddedApiServer> started = Promise.promise();
        vertx.executeBlocking(() -> certificate(options))
                .onFailure(started::fail)
                .onSuccess(certificate -> context.runOnContext(onLoop -> {
                    EmbeddedApiServer server = new EmbeddedApiServer(vertx, context, options, certificate);
                    server.http.listen().map(server).onComplete(started);
                }));
        return started.future();
    }

    private static Optional<SelfSignedCertificate> certificate(EmbeddedApiServerOptions options) {
        return options.tls() ? Optional.of(SelfSignedCertificate.create()) : Optional.empty();
    }

    /** The TCP port of the server. */
    public int port() {
        return http.actualPort();
    }

    /** The URL for clients, without a trailing slash. */
    public String url() {
        return (certificate.isPresent() ? "https://" : "http://") + HOST + ":" + port();
    }

    /** The certificate to trust, in PEM; empty without TLS. */
    public String certificatePem() {
        return certificate.map(SelfSignedCertificate::pem).orElse("");
    }

    /** Writes a kubeconfig for this server and returns {@code file}. */
    public Path writeKubeconfig(Path file) {
        String authority = Base64.getEncoder().encodeToString(certificatePem().getBytes(StandardCharsets.UTF_8));
        try {
            return Files.writeString(file, KUBECONFIG.formatted(url(), authority));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the kubeconfig " + file, e);
        }
    }

    /** The faults to inject. */
    public Faults faults() {
        return faults;
    }

    /** The objects, without going through HTTP. */
    public ObjectStore store() {
        return store;
    }

    /** The number of open watches. */
    public int openWatches() {
        return watches.count();
    }

    /** The newest 10,000 requests, oldest first, discovery included. */
    public List<ReceivedRequest> requests() {
        return router.requests();
    }

    /** Closes every open watch cleanly, as an API server does before it restarts. */
    public void endWatches() {
        watches.endAll();
    }

    /** Stops listening and closes every connection. */
    public Future<Void> close() {
        return http.close();
    }

    private void wakeUpWatches() {
        watches.wakeUp();
    }
}
