package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.delivery.SendPermit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Supplier;

/** There is no Lease: this process works from the beginning, whatever others do. */
public final class StandaloneLeadership implements Leadership {

    public StandaloneLeadership(MeterRegistry registry) {
        Gauge.builder("apiserversource.active", () -> 1)
                .description("Whether this process is the one that works")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void start(int probesPort, Runnable active) {
        active.run();
    }

    @Override
    public SendPermit gate() {
        return SendPermit.ALWAYS;
    }

    @Override
    public Fence fence() {
        return Fence.NONE;
    }

    @Override
    public LeaderState standing() {
        return new LeaderState.Active();
    }

    @Override
    public void answer(HttpServerRequest request) {
        request.response().setStatusCode(404).end("there is no Lease\n");
    }

    @Override
    public Future<Void> leave(Supplier<Future<Void>> lastWork) {
        return lastWork.get();
    }
}
