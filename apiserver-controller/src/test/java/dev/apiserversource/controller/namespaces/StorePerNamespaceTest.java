package dev.apiserversource.controller.namespaces;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.RecordingController;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class StorePerNamespaceTest {

    @RegisterExtension
    private final EmbeddedCluster cluster = new EmbeddedCluster();

    @Test
    void informersOfSeveralNamespacesKeepAllObjects() throws InterruptedException {
        Set<String> namespaces = Set.of("billing", "shop");
        namespaces.forEach(this::createSecretIn);
        InformerEventSourceConfiguration<Secret> secrets = InformerEventSourceConfiguration.from(
                        Secret.class, ConfigMap.class)
                .withNamespaces(namespaces)
                .withSecondaryToPrimaryMapper(secret -> Set.of())
                .build();
        try (RecordingController<List<String>> controller = new RecordingController<>(
                cluster.client(),
                context -> List.of(new InformerEventSource<>(
                        new StorePerNamespace<>(secrets, () -> new BasicItemStore<>(Cache::metaNamespaceKeyFunc)),
                        context)),
                context -> context.eventSourceRetriever().getEventSourceFor(Secret.class)
                                instanceof InformerEventSource<?, ?> cached
                        ? cached.list()
                                .map(secret -> secret.getMetadata().getNamespace())
                                .sorted()
                                .toList()
                        : List.of())) {
            controller.createSource("events", "");
            assertThat(controller.next().result()).containsExactly("billing", "shop");
        }
    }

    private void createSecretIn(String namespace) {
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        cluster.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("token")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
    }
}
