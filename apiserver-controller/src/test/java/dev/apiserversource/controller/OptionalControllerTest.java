package dev.apiserversource.controller;

import dev.apiserversource.controller.api.LegacyApiServerSource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.Controller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class OptionalControllerTest {

    private static final String CRD = "apiserversources.sources.eventing.knative.dev";

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<String> reconciled = new LinkedBlockingQueue<>();
    /** How many of the next starts fail. */
    private final AtomicInteger failures = new AtomicInteger();

    private Operator operator;
    private OptionalController controller;

    @BeforeEach
    void watch() {
        operator = new Operator(overrides -> overrides
                .withKubernetesClient(cluster.client())
                .withCloseClientOnStop(false)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(1)));
        ConfigurationService service = operator.getConfigurationService();
        service.getExecutorServiceManager().start(service);
        controller = new OptionalController(
                cluster.client(),
                CRD,
                () -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new OperatorException("a permission is missing");
                    }
                    Reconciler<LegacyApiServerSource> reconciler = new RecordingReconciler();
                    return new Controller<>(reconciler, service.getConfigurationFor(reconciler), cluster.client());
                },
                executor,
                Duration.ofMillis(10));
        controller.watch();
    }

    @AfterEach
    void close() {
        controller.close();
        operator.stop();
        executor.shutdownNow();
    }

    @Test
    void startsWhenTheCrdIsInstalledAndStopsWhenItIsDeleted() throws InterruptedException {
        install();
        create("first");
        assertThat(next()).isEqualTo("first");
        cluster.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(CRD)
                .delete();
        install();
        create("second");
        assertThat(next()).isEqualTo("second");
    }

    @Test
    void failedStartIsRetried() throws InterruptedException {
        failures.set(2);
        install();
        create("first");
        assertThat(next()).isEqualTo("first");
    }

    @Test
    void ignoresANewCrdWithoutConditions() {
        CustomResourceDefinition crd = new CustomResourceDefinition();
        crd.setStatus(new CustomResourceDefinitionStatus());
        crd.getStatus().setConditions(null);
        assertThatCode(() -> controller.onAdd(crd)).doesNotThrowAnyException();
    }

    private String next() throws InterruptedException {
        return reconciled.poll(10, TimeUnit.SECONDS);
    }

    private void install() {
        cluster.client()
                .resource(Serialization.unmarshal(
                        Repository.read(Repository.DEPLOY.resolve("legacy/crd-apiserversource.yaml")),
                        CustomResourceDefinition.class))
                .create();
    }

    private void create(String name) {
        cluster.client()
                .resource(Serialization.unmarshal(
                        "apiVersion: sources.eventing.knative.dev/v1alpha1\nkind: ApiServerSource\nmetadata: {name: "
                                + name + ", namespace: default}\nspec: {resources: [{apiVersion: v1, kind: Event}],"
                                + " sink: {apiVersion: v1, kind: Service, name: display}}",
                        LegacyApiServerSource.class))
                .create();
    }

    private final class RecordingReconciler implements Reconciler<LegacyApiServerSource> {

        @Override
        public UpdateControl<LegacyApiServerSource> reconcile(
                LegacyApiServerSource source, Context<LegacyApiServerSource> context) {
            reconciled.add(source.getMetadata().getName());
            return UpdateControl.noUpdate();
        }
    }
}
