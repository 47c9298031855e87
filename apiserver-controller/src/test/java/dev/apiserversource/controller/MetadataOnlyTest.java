package dev.apiserversource.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class MetadataOnlyTest {

    @RegisterExtension
    private final EmbeddedCluster cluster = new EmbeddedCluster();

    @Test
    void listsAndWatchesMetadataOfServices() throws InterruptedException {
        createService("listed");
        Events<GenericKubernetesResource> events = new Events<>();
        try (SharedIndexInformer<GenericKubernetesResource> informer = client().genericKubernetesResources(
                        "v1", "Service")
                .inAnyNamespace()
                .inform(events)) {
            assertThat(events.next()).satisfies(service -> assertMetadataOnly(service, "listed"));
            assertThat(informer.isRunning()).isTrue();
            createService("watched");
            assertThat(events.next()).satisfies(service -> assertMetadataOnly(service, "watched"));
        }
    }

    @Test
    void listsAndWatchesMetadataOfNamespaces() throws InterruptedException {
        createNamespace("listed");
        Events<Namespace> events = new Events<>();
        try (SharedIndexInformer<Namespace> informer =
                client().namespaces().withLabel("app", "web").inform(events)) {
            assertThat(events.next()).satisfies(namespace -> assertLabelsOnly(namespace, "listed"));
            assertThat(informer.isRunning()).isTrue();
            createNamespace("watched");
            assertThat(events.next()).satisfies(namespace -> assertLabelsOnly(namespace, "watched"));
        }
    }

    @Test
    void singleObjectIsReadAsAWhole() {
        createService("display");
        assertThat(client().services()
                        .inNamespace("default")
                        .withName("display")
                        .get()
                        .getSpec()
                        .getType())
                .isEqualTo("ExternalName");
    }

    private static void assertMetadataOnly(GenericKubernetesResource service, String name) {
        assertThat(service.getMetadata().getName()).isEqualTo(name);
        assertThat(service.getAdditionalProperties()).doesNotContainKeys("spec", "status");
    }

    private static void assertLabelsOnly(Namespace namespace, String name) {
        assertThat(namespace.getMetadata().getName()).isEqualTo(name);
        assertThat(namespace.getMetadata().getLabels()).containsEntry("app", "web");
        assertThat(namespace.getStatus()).isNull();
    }

    private KubernetesClient client() {
        return cluster.client();
    }

    private void createService(String name) {
        client().resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withType("ExternalName")
                        .withExternalName("example.com")
                        .endSpec()
                        .build())
                .create();
    }

    private void createNamespace(String name) {
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("app", "web")
                        .endMetadata()
                        .build())
                .create();
    }

    /** The objects that an informer adds. */
    private static final class Events<T> implements ResourceEventHandler<T> {

        private final BlockingQueue<T> added = new LinkedBlockingQueue<>();

        T next() throws InterruptedException {
            return added.poll(10, TimeUnit.SECONDS);
        }

        @Override
        public void onAdd(T object) {
            added.add(object);
        }

        @Override
        public void onUpdate(T old, T object) {
            // Objects are only created.
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            // Objects are only created.
        }
    }
}
