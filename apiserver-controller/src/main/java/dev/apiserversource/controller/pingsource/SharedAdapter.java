package dev.apiserversource.controller.pingsource;

import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.apply.ServerSideApply;
import dev.apiserversource.controller.status.Rollout;
import dev.apiserversource.controller.trust.BundleVolume;
import dev.apiserversource.controller.trust.TrustBundles;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

import java.net.HttpURLConnection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The adapter of all PingSources: a Deployment in the namespace of the controller, and its Lease. */
final class SharedAdapter {

    /** The same that java-operator-sdk applies with. */
    private static final String FIELD_MANAGER = "pingsource-controller";

    private final KubernetesClient client;
    private final PingAdapterTemplate template;
    private final TrustBundles trustBundles;

    SharedAdapter(KubernetesClient client, PingAdapterTemplate template, TrustBundles trustBundles) {
        this.client = client;
        this.trustBundles = trustBundles;
        this.template = template;
    }

    /** An informer on the Deployment. A change that matters requeues all sources. */
    EventSource<Deployment, PingSource> informer(EventSourceContext<PingSource> context) {
        ResourceID id = new ResourceID(PingAdapterDeployment.NAME, template.namespace());
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Deployment.class, PingSource.class)
                        .withLabelSelector(PingAdapterDeployment.LABEL_SELECTOR)
                        .withNamespaces(Set.of(template.namespace()))
                        .withOnUpdateFilter(SharedAdapter::differ)
                        .withSecondaryToPrimaryMapper(deployment -> context.getPrimaryCache()
                                .list()
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .withPrimaryToSecondaryMapper(source -> Set.of(id))
                        .build(),
                context);
    }

    private static boolean differ(Deployment deployment, Deployment old) {
        return !deployment
                        .getMetadata()
                        .getGeneration()
                        .equals(old.getMetadata().getGeneration())
                || !Rollout.condition(deployment).equals(Rollout.condition(old));
    }

    /** Makes the Deployment as desired. */
    ServerSideApply.Result<Deployment> start(Context<PingSource> context) {
        if (ServerSideApply.find(Deployment.class, PingAdapterDeployment.NAME, context)
                .filter(Rollout::isComplete)
                .isEmpty()) {
            ensureLease();
        }
        return ServerSideApply.apply(
                BundleVolume.addTo(PingAdapterDeployment.desired(template, true), trustBundles.names(context)),
                context);
    }

    /** The adapter can update its Lease, and not create it. */
    private void ensureLease() {
        if (leaseExists()) {
            return;
        }
        Lease lease = new LeaseBuilder()
                .withNewMetadata()
                .withName(PingAdapterDeployment.NAME)
                .withNamespace(template.namespace())
                .addToLabels("app.kubernetes.io/managed-by", "apiserversource-adapter")
                .endMetadata()
                .build();
        try {
            client.resource(lease).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // It exists already.
        }
    }

    /** The Deployment of an adapter of all PingSources in {@code namespace}, read from the API server. */
    static Stream<Deployment> deployments(KubernetesClient client, String namespace) {
        return client
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withField("metadata.name", PingAdapterDeployment.NAME)
                .list()
                .getItems()
                .stream();
    }

    private boolean leaseExists() {
        return client.leases()
                        .inNamespace(template.namespace())
                        .withName(PingAdapterDeployment.NAME)
                        .get()
                != null;
    }

    /** Stops an adapter that an earlier controller has left running without a source. */
    void stopIfUnused() {
        boolean used = !client.resources(PingSource.class)
                .inAnyNamespace()
                .list(new ListOptionsBuilder().withLimit(1L).build())
                .getItems()
                .isEmpty();
        if (!used && deployments(client, template.namespace()).anyMatch(SharedAdapter::isRunning)) {
            scaleToZero();
        }
    }

    /** Scales the Deployment to zero, if it is running. The checkpoint stays. */
    void stop(Context<PingSource> context) {
        if (ServerSideApply.find(Deployment.class, PingAdapterDeployment.NAME, context)
                .filter(SharedAdapter::isRunning)
                .isPresent()) {
            scaleToZero();
        }
    }

    private void scaleToZero() {
        client.resource(PingAdapterDeployment.desired(template, false))
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
    }

    static boolean isRunning(Deployment deployment) {
        return deployment.getSpec().getReplicas() != 0;
    }
}
