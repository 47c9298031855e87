package dev.apiserversource.controller.trust;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.RecordingController;
import dev.apiserversource.controller.RecordingController.Reconciliation;
import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

class TrustBundlesTest {

    private static final String SYSTEM = "apiserversource-system";
    private static final String COPY = "companykne-bundle";

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    /** What the pods of each source have. */
    private final Map<String, List<String>> mounted = new ConcurrentHashMap<>();

    private TrustBundles bundles;
    private RecordingController<List<String>> controller;

    @BeforeEach
    void start() {
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(SYSTEM)
                        .endMetadata()
                        .build())
                .create();
        bundles = new TrustBundles(
                cluster.client(), SYSTEM, new EventRecorder(cluster.client(), Clock.systemUTC()), Clock.systemUTC());
        controller = new RecordingController<>(cluster.client(), bundles::eventSources, this::provide);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private List<String> provide(Context<ConfigMap> context) {
        ConfigMap source = context.getPrimaryResource();
        String name = source.getMetadata().getName();
        List<String> provided = bundles.provide(source, mounted.getOrDefault(name, List.of()), context);
        mounted.put(name, provided);
        return provided;
    }

    @Test
    void withoutBundlesNothingIsMounted() throws InterruptedException {
        controller.createSource("source", "");
        assertThat(next()).isEmpty();
    }

    @Test
    void configMapsWithoutTheLabelAreNoBundles() throws InterruptedException {
        write("another", Map.of(), "ca.crt", "PEM");
        write("company", Map.of(TrustBundles.LABEL, "true"), "ca.crt", "PEM");
        controller.createSource("source", "");
        assertThat(nextWhere(provided -> !provided.isEmpty())).containsExactly(COPY);
    }

    @Test
    void copiesTheCertificatesForTheSource() throws InterruptedException {
        write("company", Map.of(TrustBundles.LABEL, "true", "app.kubernetes.io/instance", "argo"), "ca.crt", "PEM");
        controller.createSource("source", "");
        assertThat(nextWhere(provided -> !provided.isEmpty())).containsExactly(COPY);
        ConfigMap copy = find(COPY);
        assertThat(copy.getData()).isEqualTo(Map.of("ca.crt", "PEM"));
        assertThat(copy.getMetadata().getLabels()).isEqualTo(Map.of(TrustBundles.LABEL, "true"));
        assertThat(copy.getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getName, OwnerReference::getController)
                .containsExactly(org.assertj.core.api.Assertions.tuple("source", null));
    }

    @Test
    void changeOfABundleIsCopied() throws InterruptedException {
        write("company", Map.of(TrustBundles.LABEL, "true"), "ca.crt", "PEM");
        controller.createSource("source", "");
        assertThat(nextWhere(provided -> !provided.isEmpty())).containsExactly(COPY);
        write("company", Map.of(TrustBundles.LABEL, "true"), "new.crt", "OTHER");
        assertThat(nextWhere(
                        provided -> Map.of("new.crt", "OTHER").equals(find(COPY).getData())))
                .containsExactly(COPY);
    }

    @Test
    void copyOfADeletedBundleIsEmptiedAndStays() throws InterruptedException {
        write("company", Map.of(TrustBundles.LABEL, "true"), "ca.crt", "PEM");
        controller.createSource("source", "");
        assertThat(nextWhere(provided -> !provided.isEmpty())).containsExactly(COPY);
        cluster.client().configMaps().inNamespace(SYSTEM).withName("company").delete();
        nextWhere(List::isEmpty);
        assertThat(find(COPY)).isNotNull();
        assertThat(find(COPY).getData()).isNullOrEmpty();
    }

    @Test
    void sourcesOfANamespaceShareTheCopy() throws InterruptedException {
        write("company", Map.of(TrustBundles.LABEL, "true"), "ca.crt", "PEM");
        controller.createSource("one", "");
        assertThat(nextWhere(provided -> !provided.isEmpty())).containsExactly(COPY);
        controller.createSource("two", "");
        nextWhere(provided -> find(COPY).getMetadata().getOwnerReferences().size() > 1);
        assertThat(find(COPY).getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getName)
                .containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void configMapOfAUserIsLeftAlone() throws InterruptedException {
        cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(COPY)
                        .withNamespace("default")
                        .endMetadata()
                        .addToData("key", "value")
                        .build())
                .create();
        write("company", Map.of(TrustBundles.LABEL, "true"), "ca.crt", "PEM");
        controller.createSource("source", "");
        assertThat(nextWhere(provided -> !reasonsOfEvents().isEmpty())).isEmpty();
        assertThat(reasonsOfEvents()).containsExactly("TrustBundleNotCopied");
        assertThat(find(COPY).getData()).isEqualTo(Map.of("key", "value"));
    }

    /** Knative copies bundles for its own sources, and its namespace may be that of this controller. */
    @Test
    void copyIsNoBundle() throws InterruptedException {
        cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("other" + "kne-bundle")
                        .withNamespace(SYSTEM)
                        .addToLabels(TrustBundles.LABEL, "true")
                        .addNewOwnerReference()
                        .withApiVersion("sources.knative.dev/v1")
                        .withKind("PingSource")
                        .withName("ping")
                        .withUid("1")
                        .endOwnerReference()
                        .endMetadata()
                        .addToData("ca.crt", "PEM")
                        .build())
                .create();
        write("company", Map.of(TrustBundles.LABEL, "true"), "ca.crt", "PEM");
        controller.createSource("source", "");
        assertThat(nextWhere(provided -> !provided.isEmpty())).containsExactly(COPY);
    }

    private List<String> reasonsOfEvents() {
        return cluster.client().v1().events().inNamespace("default").list().getItems().stream()
                .map(Event::getReason)
                .toList();
    }

    private List<String> next() throws InterruptedException {
        Reconciliation<List<String>> reconciliation = controller.next();
        assertThat(reconciliation).isNotNull();
        return reconciliation.result();
    }

    /** Reconciliations can come before the informer has seen a bundle, and after it for the same reason. */
    private List<String> nextWhere(Predicate<List<String>> condition) throws InterruptedException {
        List<String> provided = next();
        while (!condition.test(provided)) {
            provided = next();
        }
        return provided;
    }

    private ConfigMap find(String name) {
        return cluster.client()
                .configMaps()
                .inNamespace("default")
                .withName(name)
                .get();
    }

    private void write(String name, Map<String, String> labels, String key, String pem) {
        cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(SYSTEM)
                        .withLabels(labels)
                        .endMetadata()
                        .addToData(key, pem)
                        .build())
                .createOr(existing -> existing.update());
    }
}
