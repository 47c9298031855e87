package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.delivery.SendPermit;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;

import java.util.function.Supplier;

/** For a process without a Lease: it is the leader from start to end. */
public final class StandaloneLeadership implements Leadership {

    /** Registers the metric {@code apiserversource_leader}. */
    public StandaloneLeadership(MeterRegistry registry) {
        LeaderElection.leaderGauge(registry, () -> true);
    }

    @Override
    public void start(Runnable elected) {
        elected.run();
    }

    @Override
    public SendPermit sendPermit() {
        return SendPermit.ALWAYS;
    }

    @Override
    public Fence fence() {
        return Fence.NONE;
    }

    @Override
    public LeaderState state() {
        return new LeaderState.Leading();
    }

    @Override
    public Future<Void> resign(Supplier<Future<Void>> lastWork) {
        return lastWork.get();
    }
}
