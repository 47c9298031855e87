package dev.apiserversource.loadtests.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * The conversion webhook of the custom resource {@code widgets.loadtests.dev}, which is stored as {@code v1} and also
 * served as {@code v2}. The versions differ in their name only. While the webhook does not listen, the API server
 * can serve no {@code v2} that it has not converted before.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/">
 *     Versions in CustomResourceDefinitions</a>
 */
public final class ConversionWebhook implements AutoCloseable {

    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.loadtests.dev}
            spec:
              group: loadtests.dev
              scope: Namespaced
              names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
              conversion:
                strategy: Webhook
                webhook:
                  conversionReviewVersions: [v1]
                  clientConfig: {url: "%s", caBundle: %s}
              versions:
              - {name: v1, served: true, storage: true, schema: &schema {openAPIV3Schema: {type: object,
                 x-kubernetes-preserve-unknown-fields: true}}}
              - {name: v2, served: true, storage: false, schema: *schema}
            """;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServerOptions options;
    private HttpServer server;
    private final int port;

    ConversionWebhook(Path certificate, Path key) {
        this.options = new HttpServerOptions()
                .setSsl(true)
                .setReuseAddress(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.toString())
                        .setKeyPath(key.toString()));
        this.server = listen(0);
        this.port = server.actualPort();
    }

    /** Defines the custom resource, or sets this webhook for it, and waits until the API server serves it. */
    void define(KubernetesClient client, Path certificate) {
        String definition = DEFINITION.formatted(
                "https://127.0.0.1:" + port + "/convert", Base64.getEncoder().encodeToString(read(certificate)));
        client.resource(Serialization.unmarshal(definition, GenericKubernetesResource.class))
                .forceConflicts()
                .serverSideApply();
        Awaitility.await("the custom resource is served")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                                        .withGroup("loadtests.dev")
                                        .withVersion("v2")
                                        .withKind("Widget")
                                        .withPlural("widgets")
                                        .withNamespaced(true)
                                        .build())
                                .inNamespace("default")
                                .list()
                        != null);
    }

    /** Stops listening and closes the API server's connections. */
    public void leave() {
        completed(server.close());
    }

    /** Listens again. */
    public void comeBack() {
        server = listen(port);
    }

    @Override
    public void close() {
        completed(vertx.close());
    }

    private HttpServer listen(int at) {
        return completed(
                vertx.createHttpServer(options).requestHandler(this::convert).listen(at, "127.0.0.1"));
    }

    private void convert(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            JsonObject asked = body.toJsonObject().getJsonObject("request");
            JsonArray converted = asked.getJsonArray("objects");
            converted.forEach(object -> ((JsonObject) object).put("apiVersion", asked.getString("desiredAPIVersion")));
            JsonObject response = new JsonObject()
                    .put("uid", asked.getString("uid"))
                    .put("result", new JsonObject().put("status", "Success"))
                    .put("convertedObjects", converted);
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(new JsonObject()
                            .put("apiVersion", "apiextensions.k8s.io/v1")
                            .put("kind", "ConversionReview")
                            .put("response", response)
                            .toBuffer());
        });
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T completed(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
