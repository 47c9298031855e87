package dev.apiserversource.controller.pingsource;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The adapter of PingSources of a Knative in the same cluster. It sends the ticks of all PingSources, whichever
 * controller reconciles them, and it also does so while Knative's controller is down. So either it is stopped, or the
 * PingSources are left to Knative: two adapters would send each tick twice.
 */
public final class KnativeAdapter {

    private static final Duration RECHECK_INTERVAL = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(KnativeAdapter.class);

    private final KubernetesClient client;
    private final Optional<String> namespace;
    private final boolean takeover;
    private final Clock clock;
    private Optional<String> blocker = Optional.empty();
    private Instant validUntil = Instant.MIN;
    private volatile boolean stopped;

    /**
     * The adapter in {@code namespace}, if there is one.
     *
     * @param namespace of Knative Eventing; empty: there is none beside this controller
     * @param takeover whether it is stopped, instead of leaving the PingSources to it
     */
    public KnativeAdapter(KubernetesClient client, Optional<String> namespace, boolean takeover, Clock clock) {
        this.client = client;
        this.namespace = namespace;
        this.takeover = takeover;
        this.clock = clock;
    }

    /** Why PingSources are left to Knative, with the remedy; empty when they are not. Read again after ten seconds. */
    public synchronized Optional<String> blocker() {
        if (takeover) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (!now.isBefore(validUntil)) {
            blocker = running()
                    .map(adapter -> "Knative's adapter sends the events of all PingSources: scale the Deployment "
                            + adapter.getMetadata().getNamespace() + "/" + PingAdapterDeployment.NAME
                            + " to zero, or set KNATIVE_TAKEOVER=true");
            validUntil = now.plus(RECHECK_INTERVAL);
        }
        return blocker;
    }

    /** With takeover, stops it, once. Knative's controller starts it again when it reconciles. */
    void stop() {
        if (!takeover || stopped) {
            return;
        }
        running().ifPresent(adapter -> {
            client.resource(adapter).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":0}}");
            LOG.atInfo()
                    .addKeyValue("namespace", adapter.getMetadata().getNamespace())
                    .log("Knative's adapter of PingSources stopped");
        });
        stopped = true;
    }

    private Optional<Deployment> running() {
        return namespace.stream()
                .flatMap(other -> SharedAdapter.deployments(client, other))
                .filter(SharedAdapter::isRunning)
                .findFirst();
    }
}
