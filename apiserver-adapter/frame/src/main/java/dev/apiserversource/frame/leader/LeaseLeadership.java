package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.config.LeaseConfig;
import dev.apiserversource.frame.delivery.SendPermit;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** This process works while it holds the Lease. */
public final class LeaseLeadership implements Leadership {

    private final LeaseConfig spec;
    private final KubernetesClient client;
    private final LeaderElection election;

    /**
     * Talks about the Lease on a connection of its own, which is given up when the other end falls silent, long before that would be right for a watch.
     *
     * @param lost is told, at most once, that another process has taken over, or may have
     */
    public LeaseLeadership(
            LeaseConfig spec,
            String namespace,
            String name,
            KubernetesClient streams,
            Vertx vertx,
            Timers timers,
            RandomGenerator random,
            MeterRegistry registry,
            Consumer<String> lost) {
        this.spec = spec;
        LeaseSettings settings =
                new LeaseSettings(namespace, spec.name(), identity(spec, name, random), spec.duration());
        this.client = KubeClients.client(vertx, streams.getConfiguration(), settings.silence());
        ApiObjects objects = new ApiObjects(client, vertx.getOrCreateContext(), settings.patience());
        this.election = LeaderElection.open(settings, objects, vertx, timers, registry, lost);
    }

    private static String identity(LeaseConfig spec, String name, RandomGenerator random) {
        return spec.podName().orElseGet(() -> name + "-" + Long.toHexString(random.nextLong()));
    }

    @Override
    public void start(int probesPort, Runnable active) {
        election.start(spec.address(probesPort), active);
    }

    @Override
    public SendPermit gate() {
        return new SendPermit() {
            @Override
            public boolean isGranted() {
                return election.isSure();
            }

            @Override
            public void whenGranted(Runnable action) {
                election.whenSure(action);
            }
        };
    }

    @Override
    public Fence fence() {
        return election::confirm;
    }

    @Override
    public LeaderState standing() {
        return election.standing();
    }

    @Override
    public void answer(HttpServerRequest request) {
        election.answer(request);
    }

    @Override
    public Future<Void> leave(Supplier<Future<Void>> lastWork) {
        return election.leave(lastWork).eventually(() -> {
            client.close();
            return Future.succeededFuture();
        });
    }
}
