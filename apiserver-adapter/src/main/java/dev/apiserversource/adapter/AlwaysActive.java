package dev.apiserversource.adapter;

import dev.apiserversource.adapter.checkpoint.Fence;
import dev.apiserversource.adapter.delivery.Gate;
import dev.apiserversource.adapter.lease.Standing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Supplier;

/** There is no Lease: this process works from the beginning, whatever others do. */
final class AlwaysActive implements Activity {

    AlwaysActive(MeterRegistry registry) {
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
    public Gate gate() {
        return Gate.OPEN;
    }

    @Override
    public Fence fence() {
        return Fence.NONE;
    }

    @Override
    public Standing standing() {
        return new Standing.Active();
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
