package dev.apiserversource.adapter;

import dev.apiserversource.adapter.api.ApiObjects;
import dev.apiserversource.adapter.checkpoint.Fence;
import dev.apiserversource.adapter.delivery.Gate;
import dev.apiserversource.adapter.lease.Election;
import dev.apiserversource.adapter.lease.LeaseSettings;
import dev.apiserversource.adapter.lease.Standing;
import dev.apiserversource.adapter.time.Timers;
import dev.apiserversource.adapter.watch.ApiConnections;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** This process works while it holds the Lease. */
final class ActiveByLease implements Activity {

    private final LeaseSpec spec;
    private final KubernetesClient client;
    private final Election election;

    /**
     * Talks about the Lease on a connection of its own, which is given up when the other end falls silent, long before that would be right for a watch.
     *
     * @param lost is told, at most once, that another process has taken over, or may have
     */
    ActiveByLease(
            LeaseSpec spec,
            AdapterConfig config,
            KubernetesClient streams,
            Vertx vertx,
            Timers timers,
            RandomGenerator random,
            MeterRegistry registry,
            Consumer<String> lost) {
        this.spec = spec;
        LeaseSettings settings =
                new LeaseSettings(config.namespace(), spec.name(), identity(spec, config, random), spec.duration());
        this.client = ApiConnections.client(vertx, streams.getConfiguration(), settings.silence());
        ApiObjects objects = new ApiObjects(client, vertx.getOrCreateContext(), settings.patience());
        this.election = Election.open(settings, objects, vertx, timers, registry, lost);
    }

    private static String identity(LeaseSpec spec, AdapterConfig config, RandomGenerator random) {
        return spec.podName().orElseGet(() -> config.name() + "-" + Long.toHexString(random.nextLong()));
    }

    @Override
    public void start(int probesPort, Runnable active) {
        election.start(spec.address(probesPort), active);
    }

    @Override
    public Gate gate() {
        return new Gate() {
            @Override
            public boolean isOpen() {
                return election.isSure();
            }

            @Override
            public void whenOpen(Runnable action) {
                election.whenSure(action);
            }
        };
    }

    @Override
    public Fence fence() {
        return election::confirm;
    }

    @Override
    public Standing standing() {
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
