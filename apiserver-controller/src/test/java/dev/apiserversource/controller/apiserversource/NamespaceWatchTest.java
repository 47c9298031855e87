package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.EmbeddedCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;

class NamespaceWatchTest {

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final BlockingQueue<NamespaceChange> changes = new LinkedBlockingQueue<>();
    private final Set<String> told = new HashSet<>();
    private NamespaceWatch watch;

    @BeforeEach
    void watch() throws InterruptedException {
        cluster.client().resource(namespace("b", "prod")).create();
        cluster.client().resource(namespace("a", "prod")).create();
        cluster.client().resource(namespace("c", "test")).create();
        watch = new NamespaceWatch(cluster.client());
        watch.listen(changes::add);
        watch.start();
        // The first events are of what was there, the server's own namespaces included.
        List<String> all = cluster.client().namespaces().list().getItems().stream()
                .map(namespace -> namespace.getMetadata().getName())
                .toList();
        while (!told.containsAll(all)) {
            told.add(next().name());
        }
    }

    @AfterEach
    void close() {
        watch.close();
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
        edit(
                "a",
                namespace ->
                        namespace.editMetadata().addToAnnotations("note", "1").endMetadata());
        edit(
                "a",
                namespace -> namespace.editMetadata().addToLabels("env", "test").endMetadata());
        assertThat(next()).satisfies(change -> {
            assertThat(change.name()).isEqualTo("a");
            assertThat(change.exists()).isTrue();
            assertThat(change.labels()).containsEntry("env", "test");
        });
        cluster.client().namespaces().withName("c").delete();
        assertThat(next()).satisfies(change -> {
            assertThat(change.name()).isEqualTo("c");
            assertThat(change.exists()).isFalse();
        });
    }

    private void edit(String name, UnaryOperator<NamespaceBuilder> change) {
        cluster.client().namespaces().withName(name).edit(namespace -> change.apply(new NamespaceBuilder(namespace))
                .build());
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
