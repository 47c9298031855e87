package dev.apiserversource.controller.apply;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import static org.awaitility.Awaitility.await;

class StatusWriteTest {

    /** An edit is dropped only if its event arrives during the write, so one source is not enough. */
    private static final int SOURCES = 50;

    @RegisterExtension
    private final EmbeddedCluster cluster = new EmbeddedCluster();

    private final Map<String, Long> reconciledGenerations = new ConcurrentHashMap<>();

    @Test
    void reconcilesASpecThatWasEditedDuringAStatusWrite() throws IOException {
        KubernetesClient client = cluster.client();
        client.load(Files.newInputStream(
                        Repository.ROOT.resolve("apiserver-controller/deploy/crd-apiserversource.yaml")))
                .create();
        Operator operator =
                new Operator(overrides -> overrides.withKubernetesClient(client).withCloseClientOnStop(false));
        operator.register(new EditingReconciler(client), overrides -> overrides.withName("editing"));
        operator.start();
        try {
            for (int i = 0; i < SOURCES; i++) {
                client.resource(source("s" + i, "Reference")).create();
            }
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> reconciledGenerations.values().stream()
                                    .filter(generation -> generation == 2)
                                    .count()
                            == SOURCES);
        } finally {
            operator.stop();
        }
    }

    private static ApiServerSource source(String name, String mode) {
        return Serialization.unmarshal("""
                apiVersion: sources.knative.dev/v1
                kind: ApiServerSource
                metadata: {name: %s, namespace: default}
                spec:
                  mode: %s
                  resources: [{apiVersion: v1, kind: Event}]
                  sink: {uri: 'http://sink'}
                """.formatted(name, mode), ApiServerSource.class);
    }

    /** Edits the spec of each source between its first read and the write of its status. */
    private final class EditingReconciler implements Reconciler<ApiServerSource> {

        private final KubernetesClient client;

        EditingReconciler(KubernetesClient client) {
            this.client = client;
        }

        @Override
        public UpdateControl<ApiServerSource> reconcile(ApiServerSource source, Context<ApiServerSource> context) {
            String name = source.getMetadata().getName();
            long generation = source.getMetadata().getGeneration();
            reconciledGenerations.merge(name, generation, Math::max);
            if (generation == 1) {
                client.resource(source(name, "Resource")).patch();
            }
            return ServerSideApply.applyStatus(statusPatch(source, generation), source, context);
        }

        private static ApiServerSource statusPatch(ApiServerSource source, long generation) {
            ApiServerSource patch = Serialization.unmarshal(
                    "{\"status\":{\"observedGeneration\":%d}}".formatted(generation), ApiServerSource.class);
            patch.setMetadata(new ObjectMetaBuilder()
                    .withName(source.getMetadata().getName())
                    .withNamespace(source.getMetadata().getNamespace())
                    .build());
            return patch;
        }
    }
}
