package dev.apiserversource.controller;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.processing.Controller;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Runs a controller while the CRD of its resource is established. The CRD may be installed and deleted at any time. */
final class OptionalController implements ResourceEventHandler<CustomResourceDefinition>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OptionalController.class);

    private final String crd;
    private final Supplier<Controller<?>> factory;
    private final Executor executor;
    private final SharedIndexInformer<CustomResourceDefinition> informer;
    private boolean closed;
    private @Nullable Controller<?> controller;

    /**
     * Does nothing before {@link #watch}.
     *
     * @param factory makes a new controller for each installation of the CRD
     * @param executor starts and stops controllers, which blocks; in order
     */
    OptionalController(KubernetesClient client, String crd, Supplier<Controller<?>> factory, Executor executor) {
        this.crd = crd;
        this.factory = factory;
        this.executor = executor;
        this.informer = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crd)
                .runnableInformer(0)
                .addEventHandler(this);
    }

    /** Returns when it is known whether the CRD is installed; a controller starts later. */
    void watch() {
        informer.run();
    }

    @Override
    public void onAdd(CustomResourceDefinition definition) {
        if (isEstablished(definition)) {
            executor.execute(this::start);
        }
    }

    @Override
    public void onUpdate(CustomResourceDefinition old, CustomResourceDefinition definition) {
        onAdd(definition);
    }

    @Override
    public void onDelete(CustomResourceDefinition definition, boolean finalStateUnknown) {
        executor.execute(this::stop);
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
        // A new CRD has a status whose conditions are null.
        return Stream.ofNullable(definition.getStatus())
                .flatMap(status -> Stream.ofNullable(status.getConditions()))
                .flatMap(List::stream)
                .anyMatch(condition -> condition.getType().equals("Established")
                        && condition.getStatus().equals("True"));
    }

    private synchronized void start() {
        if (controller != null || closed) {
            return;
        }
        Controller<?> starting = factory.get();
        try {
            starting.start();
            controller = starting;
            LOG.atInfo().addKeyValue("crd", crd).log("CRD installed, controller started");
        } catch (OperatorException e) {
            starting.stop();
            LOG.atError().addKeyValue("crd", crd).setCause(e).log("controller not started");
        }
    }

    private synchronized void stop() {
        if (controller != null) {
            controller.stop();
            controller = null;
            LOG.atInfo().addKeyValue("crd", crd).log("controller stopped");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        informer.stop();
        stop();
    }
}
