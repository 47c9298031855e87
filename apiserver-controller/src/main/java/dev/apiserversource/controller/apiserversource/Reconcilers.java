package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.HistoricApiServerSource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.sink.AddressWatches;
import dev.apiserversource.controller.sink.SinkResolver;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.time.Clock;
import java.util.concurrent.Executor;

/** Puts the reconcilers together: the one place where it can be seen what they are made of. */
public final class Reconcilers {

    static final String FIELD_MANAGER = "apiserversource-controller";
    static final long LOOK_AGAIN_MINUTES = 10;
    static final int NO_LIMIT = -1;
    static final long FIRST_RETRY_MILLIS = 1_000;
    static final long LAST_RETRY_MILLIS = 60_000;

    private final SourceDesk desk;
    private final SourceReconciler.Watches watches;
    private final Clock clock;

    /**
     * Reconcilers that share everything they know of the cluster.
     *
     * @param client for all that is read and written
     * @param discovery knows kinds
     * @param addresses follows sinks
     * @param namespaces follows namespaces, and is started
     * @param reviews runs access reviews; its width bounds how many run at once
     * @param template what all adapters have in common
     * @param clusterDomain the end of the names of Services
     * @param clock tells the time of conditions and of what is remembered
     */
    public Reconcilers(
            KubernetesClient client,
            Discovery discovery,
            AddressWatches addresses,
            NamespaceWatch namespaces,
            Executor reviews,
            AdapterTemplate template,
            String clusterDomain,
            Clock clock) {
        SourceEvents events = new SourceEvents(client, clock);
        this.clock = clock;
        this.watches = new SourceReconciler.Watches(addresses, namespaces);
        this.desk = new SourceDesk(
                SinkResolver.over(addresses, clusterDomain),
                namespaces,
                discovery,
                new AccessCheck(new RememberedReviews(new ServerAccessReviewer(client), reviews, clock)),
                new AdapterObjects(template, new CheckpointObjects(client, clock), events),
                events,
                withoutTrailingSlash(client.getMasterUrl().toString()),
                clock);
    }

    /** For {@code sources.knative.dev}. */
    public ApiServerSourceReconciler today() {
        return new ApiServerSourceReconciler(
                new SourceReconciler<>(ApiServerSource.class, ApiServerSource::new, Source::of, desk, watches, clock));
    }

    /** For {@code sources.eventing.knative.dev}. */
    public HistoricApiServerSourceReconciler historic() {
        return new HistoricApiServerSourceReconciler(new SourceReconciler<>(
                HistoricApiServerSource.class, HistoricApiServerSource::new, Source::of, desk, watches, clock));
    }

    private static String withoutTrailingSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
