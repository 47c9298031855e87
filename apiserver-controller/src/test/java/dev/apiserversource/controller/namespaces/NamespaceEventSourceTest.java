package dev.apiserversource.controller.namespaces;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.RecordingController;
import dev.apiserversource.controller.RecordingController.Reconciliation;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;

class NamespaceEventSourceTest {

    private static final String PROD = "{\"matchLabels\": {\"env\": \"prod\"}}";
    private static final String TEST = "{\"matchLabels\": {\"env\": \"test\"}}";
    private static final String NONE = "null";

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final Map<String, Reconciliation<NamespaceSelection>> last = new HashMap<>();
    private RecordingController<NamespaceSelection> controller;

    @BeforeEach
    void start() {
        cluster.client().resource(namespace("b", "prod")).create();
        cluster.client().resource(namespace("a", "prod")).create();
        cluster.client().resource(namespace("c", "test")).create();
        controller = new RecordingController<>(
                cluster.client(),
                context ->
                        List.of(new NamespaceEventSource<>(context, NamespaceEventSourceTest::selector, Duration.ZERO)),
                NamespaceEventSourceTest::select);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void selectsByLabelsSortedByName() throws InterruptedException {
        controller.createSource("events", PROD);
        assertThat(next()).isEqualTo(selected("events", "a", "b"));
    }

    @Test
    void absentSelectorSelectsTheOwnNamespaceAndAnEmptyOneAll() throws InterruptedException {
        controller.createSource("own", NONE);
        assertThat(next()).isEqualTo(selected("own", "default"));
        controller.createSource("all", "{}");
        NamespaceSelection all = next().result();
        assertThat(all.all()).isTrue();
        assertThat(all.names()).contains("a", "b", "c").isSorted();
        assertThat(all.watched()).containsExactly("");
    }

    @Test
    void requeuesSourcesOfAllNamespacesWhenOneIsCreatedOrDeleted() throws InterruptedException {
        controller.createSource("all", "{}");
        assertThat(next().source()).isEqualTo("all");
        cluster.client().resource(namespace("d", "other")).create();
        assertThat(next().result().names()).contains("d");
        cluster.client().namespaces().withName("d").delete();
        assertThat(next().result().names()).doesNotContain("d");
    }

    @Test
    void requeuesWhenANamespaceEntersOrLeavesTheSelection() throws InterruptedException {
        controller.createSource("events", PROD);
        assertThat(next()).isEqualTo(selected("events", "a", "b"));
        label("c", "prod");
        assertThat(next()).isEqualTo(selected("events", "a", "b", "c"));
        label("a", "other");
        assertThat(next()).isEqualTo(selected("events", "b", "c"));
        cluster.client().namespaces().withName("b").delete();
        assertThat(next()).isEqualTo(selected("events", "c"));
    }

    @Test
    void ignoresNamespacesThatAreNotSelectedAndChangesOfOtherFields() throws InterruptedException {
        controller.createSource("own", NONE);
        assertThat(next().source()).isEqualTo("own");
        controller.createSource("all", "{}");
        assertThat(next().source()).isEqualTo("all");
        controller.createSource("prod", PROD);
        assertThat(next().source()).isEqualTo("prod");
        controller.createSource("test", TEST);
        assertThat(next().source()).isEqualTo("test");
        edit(
                "a",
                namespace ->
                        namespace.editMetadata().addToAnnotations("note", "1").endMetadata());
        label("c", "other");
        assertThat(next()).isEqualTo(selected("test"));
        assertThat(controller.isIdle()).isTrue();
    }

    /**
     * The next reconciliation that has another result than the one before of that source. The event source may still
     * tell of the namespaces that it found at its start when a source is created, and then it is reconciled once more.
     */
    private Reconciliation<NamespaceSelection> next() throws InterruptedException {
        Reconciliation<NamespaceSelection> next = controller.next();
        while (next.equals(last.put(next.source(), next))) {
            next = controller.next();
        }
        return next;
    }

    private void label(String name, String env) {
        edit(name, namespace -> namespace.editMetadata().addToLabels("env", env).endMetadata());
    }

    private void edit(String name, UnaryOperator<NamespaceBuilder> change) {
        cluster.client().namespaces().withName(name).edit(namespace -> change.apply(new NamespaceBuilder(namespace))
                .build());
    }

    private static NamespaceSelection select(Context<ConfigMap> context) {
        return NamespaceEventSource.of(context).select(selector(context.getPrimaryResource()), "default");
    }

    private static @Nullable LabelSelector selector(ConfigMap source) {
        return Serialization.unmarshal(RecordingController.field(source), LabelSelector.class);
    }

    private static Reconciliation<NamespaceSelection> selected(String source, String... namespaces) {
        return new Reconciliation<>(source, NamespaceSelection.of(List.of(namespaces)));
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
