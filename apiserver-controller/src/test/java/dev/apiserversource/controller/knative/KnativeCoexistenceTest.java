package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.SettableClock;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class KnativeCoexistenceTest {

    private static final long SECONDS = 30;
    private static final String FINALIZER = "apiserversources.sources.knative.dev";
    private static final String OWN_FINALIZER = "example.com/own";
    private static final String PREFIX = KnativeLeases.prefixOf("apiserversource");

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final SettableClock clock = new SettableClock();
    private final RecordingReconciler delegate = new RecordingReconciler();
    private KubernetesClient client;
    private KnativeLeases leases;
    private Operator operator;

    @BeforeEach
    void start() throws IOException {
        client = cluster.client();
        client.load(Files.newInputStream(
                        Repository.ROOT.resolve("apiserver-controller/deploy/crd-apiserversource.yaml")))
                .create();
        leases = new KnativeLeases(
                client, new KnativeLeases.Settings("default", false, "pod-1", Duration.ofSeconds(15)), PREFIX, clock);
        operator =
                new Operator(overrides -> overrides.withKubernetesClient(client).withCloseClientOnStop(false));
        operator.register(
                new KnativeCoexistence<ApiServerSource>(
                        delegate, leases, new EventRecorder(client, clock), Optional.of(OWN_FINALIZER)) {},
                overrides -> overrides.withName("test"));
    }

    @AfterEach
    void stop() {
        operator.stop();
    }

    @Test
    void removesTheFinalizerOfKnativeAndNoOther() throws InterruptedException {
        create("a", "example.com/other", FINALIZER);
        startReconciling();
        awaitFinalizers("a", List.of("example.com/other"));
        assertThat(delegate.next()).isEqualTo("a");
    }

    @Test
    void terminatingSourceIsDeletedAndNotReconciled() {
        create("a", FINALIZER);
        source("a").delete();
        assertThat(source("a").get().isMarkedForDeletion()).isTrue();
        startReconciling();
        source("a").waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
        assertThat(delegate.reconciled).isEmpty();
    }

    @Test
    void sourceDeletedWhileReconciledIsDeleted() throws InterruptedException {
        create("a");
        startReconciling();
        assertThat(delegate.next()).isEqualTo("a");
        source("a").edit(source -> {
            source.getMetadata().setFinalizers(List.of(FINALIZER));
            return source;
        });
        awaitFinalizers("a", List.of());
        source("a").delete();
        source("a").waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void terminatingSourceWithAFinalizerOfTheDelegateIsPassedOnWhileItIsLeftToKnative() throws InterruptedException {
        holdLeaseOfKnative();
        create("a", OWN_FINALIZER);
        source("a").delete();
        startReconciling();
        assertThat(delegate.next()).isEqualTo("a");
    }

    private void holdLeaseOfKnative() {
        client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withName(PREFIX + "00-of-01")
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity("knative-1")
                        .withLeaseDurationSeconds(60)
                        .withRenewTime(clock.instant().atZone(ZoneOffset.UTC))
                        .endSpec()
                        .build())
                .create();
    }

    @Test
    void sourceOfKnativeIsNotTouchedAndGetsAnEventObject() throws InterruptedException {
        holdLeaseOfKnative();
        create("a", FINALIZER);
        String version = source("a").get().getMetadata().getResourceVersion();
        startReconciling();
        client.v1()
                .events()
                .inNamespace("default")
                .informOnCondition(events -> events.stream()
                        .anyMatch(event -> event.getReason().equals("LeftToKnative")
                                && event.getMessage().contains("knative-1")))
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .join();
        assertThat(delegate.reconciled).isEmpty();
        assertThat(source("a").get().getMetadata().getResourceVersion()).isEqualTo(version);
        clock.advance(Duration.ofMinutes(1));
        leases.check();
        assertThat(delegate.next()).isEqualTo("a");
    }

    @Test
    void changedAnnotationIsReconciled() throws InterruptedException {
        create("a");
        startReconciling();
        assertThat(delegate.next()).isEqualTo("a");
        annotate("example.com/other", "1");
        annotate("apiserversource.dev/replicas", "2");
        assertThat(delegate.next()).isEqualTo("a");
        assertThat(delegate.reconciled).isEmpty();
    }

    private void annotate(String name, String value) {
        source("a").edit(source -> {
            source.getMetadata().getAnnotations().put(name, value);
            return source;
        });
    }

    private void startReconciling() {
        leases.check();
        operator.start();
    }

    private void create(String name, String... finalizers) {
        ApiServerSource source = Serialization.unmarshal("""
                apiVersion: sources.knative.dev/v1
                kind: ApiServerSource
                metadata: {name: %s, namespace: default}
                spec:
                  resources: [{apiVersion: v1, kind: Event}]
                  sink: {uri: 'http://sink'}
                """.formatted(name), ApiServerSource.class);
        source.getMetadata().setFinalizers(List.of(finalizers));
        source.getMetadata().setAnnotations(Map.of());
        client.resource(source).create();
    }

    private Resource<ApiServerSource> source(String name) {
        return client.resources(ApiServerSource.class).inNamespace("default").withName(name);
    }

    private void awaitFinalizers(String name, List<String> finalizers) {
        source(name)
                .waitUntilCondition(
                        source -> source.getMetadata().getFinalizers().equals(finalizers), SECONDS, TimeUnit.SECONDS);
    }

    /** Records the names of the sources that it reconciles. */
    private static final class RecordingReconciler implements Reconciler<ApiServerSource> {

        private final BlockingQueue<String> reconciled = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return reconciled.poll(SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public UpdateControl<ApiServerSource> reconcile(ApiServerSource source, Context<ApiServerSource> context) {
            reconciled.add(source.getMetadata().getName());
            return UpdateControl.noUpdate();
        }
    }
}
