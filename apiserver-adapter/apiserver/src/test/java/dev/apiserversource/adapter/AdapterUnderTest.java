package dev.apiserversource.adapter;

import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.frame.AdapterVerticle;
import dev.apiserversource.frame.Termination;
import dev.apiserversource.frame.delivery.Await;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One whole adapter, on an event loop of its own. It can be frozen, killed and stopped like a process. */
final class AdapterUnderTest implements Termination {

    private static final long MAX_FREEZE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setMaxEventLoopExecuteTime(MAX_FREEZE_SECONDS)
            .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS));
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Promise<String> fatal = Promise.promise();
    private final Promise<String> leadershipLost = Promise.promise();
    private final AdapterVerticle verticle;
    private final String deployment;
    private CountDownLatch thawed = new CountDownLatch(0);
    private boolean loopEnded;

    /** Starts an adapter whose idle connections to the API server are closed after {@code idleTimeout}. */
    AdapterUnderTest(AdapterConfig config, String apiServer, Duration idleTimeout) {
        Config kubernetes =
                new ConfigBuilder(Config.empty()).withMasterUrl(apiServer).build();
        verticle = new AdapterVerticle(
                config.frame(),
                context -> new Pipeline(config, idleTimeout, context),
                kubernetes,
                registry,
                new SplittableRandom(1),
                this);
        deployment = Await.result(vertx.deployVerticle(verticle));
    }

    @Override
    public void fatal(String why) {
        fatal.tryComplete(why);
    }

    @Override
    public void leadershipLost(String why) {
        leadershipLost.tryComplete(why);
    }

    /** Completes when the adapter ends its process with a fatal error. */
    Future<String> fatal() {
        return fatal.future();
    }

    /** Completes when the adapter ends its process because it lost the leadership. */
    Future<String> leadershipLost() {
        return leadershipLost.future();
    }

    /** The value of a gauge, 0 before it exists. */
    double gauge(String name) {
        return onLoop(() -> {
            Gauge gauge = registry.find(name).gauge();
            return gauge == null ? 0 : gauge.value();
        });
    }

    double count(String name) {
        return onLoop(() -> registry.get(name).counter().count());
    }

    /** The sum of the counters with that name and tag. */
    double count(String name, String tag, String value) {
        return onLoop(() -> registry.find(name).tag(tag, value).counters().stream()
                .mapToDouble(Counter::count)
                .sum());
    }

    String metrics() {
        return onLoop(registry::scrape);
    }

    boolean isReady() {
        return onLoop(() -> verticle.readiness().ready());
    }

    /** The text of {@code /readiness}. */
    String readiness() {
        return onLoop(() -> verticle.readiness().text());
    }

    boolean isLeader() {
        return gauge("apiserversource.leader") == 1;
    }

    /** Whether every requested watch is open. */
    boolean isOpen() {
        double wanted = gauge("apiserversource.streams.wanted");
        return wanted > 0 && gauge("apiserversource.streams.open") == wanted;
    }

    /** The state of an adapter belongs to its event loop, that of its metrics too. */
    private <T> T onLoop(Supplier<T> read) {
        if (loopEnded) {
            return read.get();
        }
        Promise<T> answer = Promise.promise();
        vertx.runOnContext(now -> answer.complete(read.get()));
        return Await.result(answer.future());
    }

    /** Blocks the event loop, and so everything the adapter does, until {@link #thaw}. */
    void freeze() {
        CountDownLatch latch = new CountDownLatch(1);
        thawed = latch;
        Promise<Void> frozen = Promise.promise();
        vertx.runOnContext(now -> {
            frozen.complete();
            await(latch);
        });
        Await.result(frozen.future());
    }

    private static void await(CountDownLatch thawed) {
        try {
            if (!thawed.await(MAX_FREEZE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("never thawed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void thaw() {
        thawed.countDown();
    }

    /** Ends the event loop without a last word, as SIGKILL does. */
    @SuppressWarnings("deprecation") // every other way lets the verticle drain first
    void kill() {
        loopEnded = true;
        vertx.nettyEventLoopGroup().shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Drains, as at SIGTERM. */
    Future<Void> stop() {
        return vertx.undeploy(deployment);
    }

    /** Drains and closes everything, unless it was killed. */
    void close() {
        thaw();
        if (!loopEnded) {
            Await.result(AdapterVerticle.drainAndClose(vertx));
            loopEnded = true;
        }
    }
}
