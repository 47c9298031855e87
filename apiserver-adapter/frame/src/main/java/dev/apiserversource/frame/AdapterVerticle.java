package dev.apiserversource.frame;

import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.delivery.Delivery;
import dev.apiserversource.frame.delivery.DeliveryTracer;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.SinkAccess;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.identity.MountedToken;
import dev.apiserversource.frame.identity.TokenCache;
import dev.apiserversource.frame.leader.LeaderElection;
import dev.apiserversource.frame.leader.LeaderState;
import dev.apiserversource.frame.leader.Leadership;
import dev.apiserversource.frame.leader.Problem;
import dev.apiserversource.frame.leader.StandaloneLeadership;
import dev.apiserversource.frame.management.ManagementServer;
import dev.apiserversource.frame.management.ManagementServer.Readiness;
import dev.apiserversource.frame.time.VertxTimers;
import dev.apiserversource.frame.tracing.OpenTelemetryTracer;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Runs one source on one event loop. Deployed, it starts the source when this process is the leader. Undeployed, it
 * drains: the source reads nothing more, pending events are delivered within the drain timeout, the source stops, and
 * the Lease is released.
 */
public final class AdapterVerticle extends AbstractVerticle {

    private static final Logger log = LoggerFactory.getLogger(AdapterVerticle.class);

    private final FrameConfig config;
    private final Function<AdapterContext, SourceAdapter> factory;
    private final Config kubernetes;
    private final PrometheusMeterRegistry registry;
    private final RandomGenerator random;
    private final Termination termination;
    private @Nullable Running running;

    /**
     * A verticle to be deployed once.
     *
     * @param factory makes the source, on the event loop
     * @param kubernetes address and credentials of the API server
     * @param registry receives the meters of this source and of no other
     * @param random for jitter
     * @param termination runs when the source cannot work, or the leadership is lost
     */
    public AdapterVerticle(
            FrameConfig config,
            Function<AdapterContext, SourceAdapter> factory,
            Config kubernetes,
            PrometheusMeterRegistry registry,
            RandomGenerator random,
            Termination termination) {
        this.config = config;
        this.factory = factory;
        this.kubernetes = kubernetes;
        this.registry = registry;
        this.random = random;
        this.termination = termination;
    }

    @Override
    public void start(Promise<Void> started) {
        Running wired = wire(new AdapterContext.ProcessResources(vertx, new VertxTimers(vertx), random, registry));
        running = wired;
        ManagementServer management = new ManagementServer(vertx);
        management
                .metrics(config.process().metricsPort(), registry)
                .compose(metrics -> management.probes(config.process().probesPort(), this::readiness))
                .onSuccess(probes -> wired.leadership.start(wired.source::start))
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private Running wire(AdapterContext.ProcessResources process) {
        Leadership leadership = leadership(process);
        TokenCache tokens = TokenCache.open(vertx, kubernetes, process.timers(), random);
        MountedToken mounted = new MountedToken(vertx.fileSystem(), SinkIdentity.TOKEN_FILE, process.timers(), tokens);
        // Without settings no class of OpenTelemetry is loaded.
        Optional<OpenTelemetryTracer> tracer =
                config.process().tracing().flatMap(tracing -> OpenTelemetryTracer.open(tracing, registry));
        SinkAccess access =
                new SinkAccess(leadership.sendPermit(), mounted).with(tracer.map(DeliveryTracer.class::cast));
        Delivery delivery = Delivery.of(vertx, config.delivery(), process.timers(), random, registry, access);
        Dispatcher dispatcher = delivery.openDispatcher(registry);
        SourceAdapter source = factory.apply(new AdapterContext(
                config, process, kubernetes, dispatcher, delivery::openSink, leadership.fence(), termination::fatal));
        return new Running(leadership, dispatcher, source, () -> {
            tokens.close();
            return tracer.map(open -> open.close(process.timers())).orElseGet(Future::succeededFuture);
        });
    }

    private Leadership leadership(AdapterContext.ProcessResources process) {
        return config.lease()
                .<Leadership>map(
                        lease -> LeaderElection.open(lease, kubernetes, vertx, process.timers(), registry, candidate()))
                .orElseGet(() -> new StandaloneLeadership(registry));
    }

    private LeaderElection.Candidate candidate() {
        return new LeaderElection.Candidate() {
            @Override
            public List<Problem> problems() {
                return running == null ? List.of() : running.problems();
            }

            @Override
            public String progress() {
                return running == null ? "" : running.source.progress();
            }

            @Override
            public void leadershipLost(String why) {
                termination.leadershipLost(why);
            }
        };
    }

    /** The answer of {@code /readiness}. To be called on the event loop. */
    public Readiness readiness() {
        return running == null ? new Readiness(false, "not started") : running.readiness();
    }

    @Override
    public void stop(Promise<Void> stopped) {
        if (running == null) {
            stopped.complete();
        } else {
            running.stop(config.process().drainTimeout()).onComplete(stopped);
        }
    }

    /**
     * Undeploys all verticles of {@code vertx}, then closes it. {@link Vertx#close} alone would first close connections
     * that belong to no verticle, and cut the watches of a source that is not drained yet.
     */
    public static Future<Void> drainAndClose(Vertx vertx) {
        List<Future<Void>> undeployed =
                vertx.deploymentIDs().stream().map(vertx::undeploy).toList();
        return Future.join(undeployed).transform(done -> vertx.close());
    }

    /** {@code close} ends what nothing needs any more after the drain. */
    private record Running(
            Leadership leadership, Dispatcher dispatcher, SourceAdapter source, Supplier<Future<Void>> close) {

        Readiness readiness() {
            LeaderState state = leadership.state();
            if (state instanceof LeaderState.Standby standby) {
                return Readiness.standby(standby, source.notReadyAsStandby());
            }
            return state.isLeader() ? Readiness.without(source.notReady()) : Readiness.of(state);
        }

        List<Problem> problems() {
            Stream<Problem> refusals =
                    dispatcher.refusals().stream().map(message -> new Problem(Problem.SINK_REFUSES, message));
            return Stream.concat(refusals, source.problems().stream()).toList();
        }

        Future<Void> stop(Duration drainTimeout) {
            return leadership.resign(() -> drain(drainTimeout)).eventually(close);
        }

        private Future<Void> drain(Duration timeout) {
            log.atInfo().addKeyValue("pending", dispatcher.pendingEvents()).log("draining");
            source.drain();
            return dispatcher.drain(timeout).compose(pending -> source.stop()
                    .onSuccess(
                            done -> log.atInfo().addKeyValue("pending", pending).log("drained")));
        }
    }
}
