package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient(crud = true)
class NamespaceWatchTest {

    static KubernetesClient client;

    private final BlockingQueue<NamespaceChange> changes = new LinkedBlockingQueue<>();
    private NamespaceWatch watch;

    @BeforeEach
    void watch() throws InterruptedException {
        client.resource(namespace("b", "prod")).create();
        client.resource(namespace("a", "prod")).create();
        client.resource(namespace("c", "test")).create();
        watch = new NamespaceWatch(client);
        watch.listen(changes::add);
        watch.start();
        for (int known = 0; known < 3; known++) {
            next();
        }
    }

    @AfterEach
    void close() {
        watch.close();
        client.namespaces().delete();
    }

    @Test
    void selectsByLabelsInOrder() {
        Source source = Samples.events("namespaceSelector: {matchLabels: {env: prod}}");
        assertThat(watch.select(source)).isEqualTo(new NamespaceSelection(false, List.of("a", "b")));
    }

    @Test
    void absentSelectorIsTheOwnNamespaceAndAnEmptyOneAll() {
        assertThat(watch.select(Samples.events("mode: Resource")))
                .isEqualTo(new NamespaceSelection(false, List.of("shop")));
        assertThat(watch.select(Samples.events("namespaceSelector: {}"))).isEqualTo(NamespaceSelection.ALL);
    }

    @Test
    void tellsOfLabelsAndOfNothingElse() throws InterruptedException {
        Namespace annotated = namespace("a", "prod");
        annotated.getMetadata().setAnnotations(Map.of("note", "1"));
        client.resource(annotated).update();
        client.resource(namespace("a", "test")).update();
        assertThat(next()).isEqualTo(new NamespaceChange("a", true, Map.of("env", "test")));
        client.namespaces().withName("c").delete();
        assertThat(next()).isEqualTo(new NamespaceChange("c", false, Map.of("env", "test")));
    }

    private NamespaceChange next() throws InterruptedException {
        return changes.poll(10, TimeUnit.SECONDS);
    }

    private static Namespace namespace(String name, String env) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("env", env)
                .endMetadata()
                .build();
    }
}
