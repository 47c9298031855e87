package dev.apiserversource.controller;

import dev.apiserversource.controller.ManagementServer.Response;
import dev.apiserversource.controller.access.AccessCheck;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.api.SourceResource;
import dev.apiserversource.controller.apiserversource.ApiServerSourceReconciler;
import dev.apiserversource.controller.apiserversource.ApiServerSourceReconciler.Settings;
import dev.apiserversource.controller.configmap.KnativeConfigMaps;
import dev.apiserversource.controller.containersource.ContainerSourceReconciler;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.discovery.ServerDiscovery;
import dev.apiserversource.controller.knative.KnativeCoexistence;
import dev.apiserversource.controller.knative.KnativeLeases;
import dev.apiserversource.controller.legacy.LegacyApiServerSourceReconciler;
import dev.apiserversource.controller.pingsource.KnativeAdapter;
import dev.apiserversource.controller.pingsource.PingAdapterTemplate;
import dev.apiserversource.controller.pingsource.PingSourceReconciler;
import dev.apiserversource.controller.sinkbinding.SinkBindingReconciler;
import dev.apiserversource.controller.status.EventRecorder;
import dev.apiserversource.controller.trust.TrustBundles;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The controller from start to stop: serves probes and metrics, seeks leadership, and reconciles as the leader. */
final class ControllerRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerRuntime.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** Names of the controllers. The first two are also the Go packages of Knative's reconcilers. */
    private static final String APISERVERSOURCE = "apiserversource";

    private static final String CONTAINERSOURCE = "containersource";
    private static final String PINGSOURCE = "pingsource";
    private static final String SINKBINDING = "sinkbinding";

    /** SinkBindings are reconciled in the process of Knative's webhook. */
    private static final String KNATIVE_SINKBINDING_LEASES = "eventing-webhook.sinkbindings.";

    private static final int CONCURRENT_REVIEWS = 8;
    private static final Duration MAX_RECONCILE_INTERVAL = Duration.ofMinutes(10);
    /** Objects in one response of a list, for all informers: a list in one piece may not fit into the heap. */
    private static final long LIST_PAGE = 200;

    private static final long FIRST_RETRY_MILLIS = 1_000;
    private static final long MAX_RETRY_MILLIS = 60_000;
    /** How many checks of Knative's Leases fit into a lease duration. */
    private static final int CHECKS_PER_LEASE = 3;

    private static final Duration OPTIONAL_RETRY_INTERVAL = Duration.ofSeconds(15);

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

    private final ControllerConfig config;
    private final KubernetesClient client;
    private final Clock clock;
    private final Consumer<ExitCode> exit;
    private final Discovery discovery;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SourceGauge sourceGauge = new SourceGauge(registry);
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final Liveness liveness = new Liveness(System::nanoTime);
    private final ManagementServer probes;
    private final ManagementServer metrics;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final LeaderElection election;
    private final Map<String, KnativeLeases> knativeLeases = new LinkedHashMap<>();
    /** What the leader has started, the last first. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private volatile Phase phase = Phase.STARTING;
    private volatile @Nullable RuntimeInfo leading;

    /** The state of the process, as {@code /readiness} reports it. */
    enum Phase {
        /** Checks the cluster. */
        STARTING,
        /** Waits for the Lease. */
        STANDBY,
        /** Fills its caches. */
        TAKING_OVER,
        /** Reconciles. */
        LEADING,
        /** Stops. */
        STOPPING;

        /** A standby is ready too, so that a rolling update can proceed. */
        boolean isReady() {
            return this == STANDBY || this == LEADING;
        }
    }

    /** Why the process exits. */
    enum ExitCode {
        /** SIGTERM. */
        STOPPED(0),
        /** The environment is invalid; every problem was logged. */
        BAD_CONFIG(1),
        /** The cluster lacks a CRD or a permission, which was logged, or cannot be reached. */
        CLUSTER_NOT_READY(2),
        /** Another process may be the leader now. */
        LEASE_LOST(3),
        /** An unexpected failure. */
        FAILED(4);

        private final int value;

        ExitCode(int value) {
            this.value = value;
        }

        int value() {
            return value;
        }
    }

    /**
     * Opens the ports.
     *
     * @param exit called when the process must exit
     * @throws IOException when a port is in use
     */
    ControllerRuntime(ControllerConfig config, KubernetesClient client, Clock clock, Consumer<ExitCode> exit)
            throws IOException {
        this.config = config;
        this.client = client;
        this.clock = clock;
        this.exit = exit;
        this.discovery = new ServerDiscovery(client, clock);
        this.election = new LeaderElection(client, config, executor);
        Stream.of(APISERVERSOURCE, CONTAINERSOURCE, PINGSOURCE)
                .forEach(kind -> knativeLeases.put(
                        kind, new KnativeLeases(client, config.knative(), KnativeLeases.prefixOf(kind), clock)));
        // Knative's webhook sets the sink in workloads whether its process holds the Lease or not.
        knativeLeases.put(
                SINKBINDING,
                new KnativeLeases(client, config.knative().withoutTakeover(), KNATIVE_SINKBINDING_LEASES, clock));
        this.probes = new ManagementServer(config.probesPort())
                .route("/health", TEXT, this::health)
                .route("/readiness", TEXT, this::readiness)
                .start();
        this.metrics = new ManagementServer(config.metricsPort())
                .route("/metrics", PROMETHEUS, this::scrape)
                .start();
    }

    int probesPort() {
        return probes.port();
    }

    int metricsPort() {
        return metrics.port();
    }

    /** Starts to seek leadership, unless the cluster lacks something; returns what is missing. */
    List<String> start() {
        registerMetrics();
        List<String> problems = new Preflight(client, discovery, config).problems();
        if (problems.isEmpty()) {
            phase = Phase.STANDBY;
            seekLeadership();
        }
        return problems;
    }

    private void registerMetrics() {
        Gauge.builder("apiserversource.controller.leading", () -> phase == Phase.LEADING ? 1 : 0)
                .description("1 while this process reconciles")
                .register(registry);
        knativeLeases.forEach((kind, leases) -> Gauge.builder(
                        "apiserversource.controller.left.to.knative",
                        () -> phase == Phase.LEADING && leases.blocker().isPresent() ? 1 : 0)
                .tag("controller", kind)
                .description("1 while sources are not reconciled because Knative's controller reconciles them")
                .register(registry));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        gcMetrics.bindTo(registry);
    }

    private Response health() {
        Optional<String> problem = liveness.problem(unhealthyInformers());
        problem.ifPresent(reason -> LOG.atError().addKeyValue("reason", reason).log("not alive"));
        return new Response(problem.isEmpty(), problem.orElse("alive") + "\n");
    }

    /** Of the leader: a standby has none. */
    List<String> unhealthyInformers() {
        RuntimeInfo current = leading;
        return current == null || phase != Phase.LEADING
                ? List.of()
                : current.unhealthyEventSources().values().stream()
                        .flatMap(unhealthy -> unhealthy.keySet().stream())
                        .sorted()
                        .toList();
    }

    private Response scrape() {
        sourceGauge.update(cachedSources());
        return new Response(true, registry.scrape());
    }

    /** Those in the caches of the leader. */
    private Stream<SourceResource<?>> cachedSources() {
        RuntimeInfo current = leading;
        return current == null || phase != Phase.LEADING
                ? Stream.empty()
                : current.getRegisteredControllers().stream()
                        .map(controller -> (Controller<?>) controller)
                        .flatMap(controller -> controller
                                .getEventSourceManager()
                                .getControllerEventSource()
                                .list())
                        .filter(SourceResource.class::isInstance)
                        .map(source -> (SourceResource<?>) source);
    }

    private Response readiness() {
        return new Response(phase.isReady(), phase.name().toLowerCase(Locale.ROOT) + "\n");
    }

    private void seekLeadership() {
        if (config.leaderElection()) {
            election.start(() -> executor.execute(this::lead), () -> exit.accept(ExitCode.LEASE_LOST));
        } else {
            lead();
        }
    }

    private synchronized void lead() {
        if (phase == Phase.STOPPING) {
            return;
        }
        phase = Phase.TAKING_OVER;
        try {
            startControllers();
            phase = Phase.LEADING;
            LOG.atInfo().addKeyValue("identity", config.identity()).log("leading");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("controllers not started");
            exit.accept(ExitCode.FAILED);
        }
    }

    /** Returns when the caches are filled and sources are reconciled. */
    private void startControllers() {
        checkKnativeLeases();
        Operator operator = new Operator(this::configure);
        operator.register(apiServerSources(), overrides -> configure(overrides, APISERVERSOURCE));
        if (!config.scope().isCluster() && new Preflight(client, discovery, config).servesContainerSources()) {
            operator.register(containerSources(), overrides -> configure(overrides, CONTAINERSOURCE));
        }
        started.push(operator::stop);
        operator.start();
        leading = operator.getRuntimeInfo();
        if (config.scope().isCluster()) {
            startOptionalKinds(operator);
        }
    }

    /**
     * Needs a cluster-scoped permission, because CRDs have no namespace. Without it, ContainerSources are reconciled if
     * their CRD is installed at the start, and the other kinds are not: the adapter of PingSources reads all
     * namespaces, and SinkBindings need the labels of their namespace and the admission policy.
     */
    private void startOptionalKinds(Operator operator) {
        ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor();
        stoppedLater(starter);
        startOptional(operator, starter, ContainerSource.class, CONTAINERSOURCE, this::containerSources);
        config.pingAdapter()
                .ifPresent(template ->
                        startOptional(operator, starter, PingSource.class, PINGSOURCE, () -> pingSources(template)));
        startOptional(operator, starter, SinkBinding.class, SINKBINDING, this::sinkBindings);
        startOptional(
                operator,
                starter,
                LegacyApiServerSource.class,
                "legacy-apiserversource",
                () -> new LegacyApiServerSourceReconciler(client, clock));
    }

    private Reconciler<ApiServerSource> apiServerSources() {
        AccessCheck access = new AccessCheck(
                client, stoppedLater(Executors.newFixedThreadPool(CONCURRENT_REVIEWS)), clock, config.scope());
        EventRecorder events = new EventRecorder(client, clock);
        Settings settings = new Settings(
                config.adapter(),
                config.clusterDomain(),
                new KnativeConfigMaps(config.configMapNamespaces(), events, new LogLevel(config.logLevel())));
        return new ApiServerSources(
                new ApiServerSourceReconciler(client, discovery, settings, access, clock),
                leases(APISERVERSOURCE),
                events);
    }

    private Reconciler<ContainerSource> containerSources() {
        return new ContainerSources(
                new ContainerSourceReconciler(
                        client, discovery, config.clusterDomain(), config.scope(), trustBundles(), clock),
                leases(CONTAINERSOURCE),
                new EventRecorder(client, clock));
    }

    private TrustBundles trustBundles() {
        return new TrustBundles(client, config.systemNamespace(), new EventRecorder(client, clock), clock);
    }

    private Reconciler<PingSource> pingSources(PingAdapterTemplate template) {
        KnativeLeases.Settings settings = config.knative();
        // An adapter in the namespace of this controller is its own.
        Optional<String> other =
                Optional.of(settings.namespace()).filter(namespace -> !namespace.equals(template.namespace()));
        KnativeAdapter knative = new KnativeAdapter(client, other, settings.takeover(), clock);
        return new PingSources(
                new PingSourceReconciler(client, discovery, template, config.clusterDomain(), knative, clock),
                knative,
                leases(PINGSOURCE),
                new EventRecorder(client, clock));
    }

    private Reconciler<SinkBinding> sinkBindings() {
        return new SinkBindings(
                new SinkBindingReconciler(
                        client, discovery, config.clusterDomain(), config.scope(), trustBundles(), clock),
                leases(SINKBINDING),
                new EventRecorder(client, clock));
    }

    private KnativeLeases leases(String kind) {
        return Objects.requireNonNull(knativeLeases.get(kind));
    }

    /** Reconciles a kind while its CRD is installed. */
    private <P extends CustomResource<?, ?>> void startOptional(
            Operator operator,
            ScheduledExecutorService starter,
            Class<P> kind,
            String name,
            Supplier<Reconciler<P>> reconciler) {
        OptionalController optional = new OptionalController(
                client,
                CustomResource.getCRDName(kind),
                () -> controller(operator, reconciler.get(), name),
                starter,
                OPTIONAL_RETRY_INTERVAL);
        started.push(optional);
        optional.watch();
    }

    /** Returns after the first check. */
    @SuppressWarnings("FutureReturnValueIgnored") // the timer is shut down at the stop
    private void checkKnativeLeases() {
        checkAllKnativeLeases();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        stoppedLater(timer);
        long interval = config.leaseDuration().dividedBy(CHECKS_PER_LEASE).toMillis();
        ScheduledFuture<?> checks =
                timer.scheduleWithFixedDelay(this::checkAllKnativeLeases, interval, interval, TimeUnit.MILLISECONDS);
        started.push(() -> checks.cancel(false));
    }

    private void checkAllKnativeLeases() {
        knativeLeases.values().forEach(KnativeLeases::check);
    }

    private ExecutorService stoppedLater(ExecutorService service) {
        started.push(service::shutdownNow);
        return service;
    }

    private void configure(ConfigurationServiceOverrider overrides) {
        overrides
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(config.reconcileThreads())
                .withReconciliationTerminationTimeout(DRAIN_TIMEOUT)
                .withInformerStoppedHandler(this::informerStopped)
                .withMetrics(new ReconcileMetrics(registry, liveness));
    }

    /** Exits when an informer fails after its first list, because its cache is stale from then on. */
    private void informerStopped(SharedIndexInformer<?> informer, @Nullable Throwable failure) {
        if (failure != null && informer.hasSynced()) {
            LOG.atError().setCause(failure).log("informer failed");
            exit.accept(ExitCode.FAILED);
        }
    }

    private <P extends HasMetadata> void configure(ControllerConfigurationOverrider<P> overrides, String name) {
        overrides
                .withName(name)
                .withFieldManager(name + "-controller")
                .withInformerListLimit(LIST_PAGE)
                .withReconciliationMaxInterval(MAX_RECONCILE_INTERVAL)
                .withRetry(new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(FIRST_RETRY_MILLIS)
                        .setMaxInterval(MAX_RETRY_MILLIS));
        if (config.watchNamespaces().isEmpty()) {
            overrides.watchingAllNamespaces();
        } else {
            overrides.settingNamespaces(config.watchNamespaces());
        }
    }

    /** A controller that shares the threads of a running operator, which takes no registrations once it is started. */
    private <P extends HasMetadata> Controller<P> controller(Operator operator, Reconciler<P> reconciler, String name) {
        ControllerConfiguration<P> defaults = operator.getConfigurationService().getConfigurationFor(reconciler);
        ControllerConfigurationOverrider<P> overrides = ControllerConfigurationOverrider.override(defaults);
        configure(overrides, name);
        return new Controller<>(reconciler, overrides.build(), client);
    }

    @Override
    public void close() {
        phase = Phase.STOPPING;
        stopControllers();
        election.close();
        probes.close();
        metrics.close();
        gcMetrics.close();
        executor.shutdown();
    }

    private static final class ApiServerSources extends KnativeCoexistence<ApiServerSource> {

        ApiServerSources(Reconciler<ApiServerSource> delegate, KnativeLeases leases, EventRecorder events) {
            super(delegate, leases, events);
        }
    }

    private static final class ContainerSources extends KnativeCoexistence<ContainerSource> {

        ContainerSources(Reconciler<ContainerSource> delegate, KnativeLeases leases, EventRecorder events) {
            super(delegate, leases, events);
        }
    }

    private static final class PingSources extends KnativeCoexistence<PingSource> {

        private final PingSourceReconciler reconciler;
        private final KnativeAdapter knative;

        PingSources(
                PingSourceReconciler reconciler, KnativeAdapter knative, KnativeLeases leases, EventRecorder events) {
            super(reconciler, leases, events);
            this.reconciler = reconciler;
            this.knative = knative;
        }

        @Override
        protected Optional<String> blocker() {
            return super.blocker().or(knative::blocker);
        }

        @Override
        protected void released(Context<PingSource> context, boolean leftToKnative) {
            reconciler.released(context, leftToKnative);
        }
    }

    private static final class SinkBindings extends KnativeCoexistence<SinkBinding> {

        SinkBindings(Reconciler<SinkBinding> delegate, KnativeLeases leases, EventRecorder events) {
            super(delegate, leases, events, Optional.of(SinkBindingReconciler.FINALIZER));
        }
    }

    private synchronized void stopControllers() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("not stopped cleanly");
            }
        }
    }
}
