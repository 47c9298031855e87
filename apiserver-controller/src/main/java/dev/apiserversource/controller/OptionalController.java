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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Runs a controller while the CRD of its resource is established. The CRD may be installed and deleted at any time. A
 * start that fails, for example because a permission is missing, is retried.
 */
final class OptionalController implements ResourceEventHandler<CustomResourceDefinition>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OptionalController.class);

    private final String crd;
    private final Supplier<Controller<?>> factory;
    private final ScheduledExecutorService executor;
    private final Duration retryInterval;
    private final SharedIndexInformer<CustomResourceDefinition> informer;
    private boolean closed;
    private boolean installed;
    private @Nullable Future<?> retry;
    private @Nullable Controller<?> controller;

    /**
     * Does nothing before {@link #watch}.
     *
     * @param factory makes a new controller for each installation of the CRD
     * @param executor starts and stops controllers, which blocks; in order
     * @param retryInterval how long after a failed start the next one is
     */
    OptionalController(
            KubernetesClient client,
            String crd,
            Supplier<Controller<?>> factory,
            ScheduledExecutorService executor,
            Duration retryInterval) {
        this.crd = crd;
        this.factory = factory;
        this.executor = executor;
        this.retryInterval = retryInterval;
        this.informer = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crd)
                .runnableInformer(0)
                .exceptionHandler(OptionalController::isRetried)
                .addEventHandler(this);
    }

    /** Returns when it is known whether the CRD is installed; a controller starts later. */
    void watch() {
        informer.run();
    }

    /** Once the informer has listed, it never ends: whatever fails is retried. */
    private static boolean isRetried(boolean listed, Throwable failure) {
        if (listed) {
            LOG.atWarn().setCause(failure).log("CRD not watched, retrying");
        }
        return listed;
    }

    @Override
    public void onAdd(CustomResourceDefinition definition) {
        if (isEstablished(definition)) {
            executor.execute(this::install);
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

    private synchronized void install() {
        installed = !closed;
        start();
    }

    private synchronized void start() {
        if (controller != null || !installed) {
            return;
        }
        try {
            controller = started();
            LOG.atInfo().addKeyValue("crd", crd).log("CRD installed, controller started");
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("crd", crd)
                    .addKeyValue("retryInterval", retryInterval)
                    .setCause(e)
                    .log("controller not started, retrying");
            cancelRetry();
            retry = executor.schedule(this::start, retryInterval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Controller<?> started() {
        Controller<?> starting = factory.get();
        try {
            starting.start();
            return starting;
        } catch (OperatorException e) {
            starting.stop();
            throw e;
        }
    }

    private synchronized void stop() {
        installed = false;
        cancelRetry();
        if (controller != null) {
            controller.stop();
            controller = null;
            LOG.atInfo().addKeyValue("crd", crd).log("controller stopped");
        }
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        informer.stop();
        stop();
    }
}
