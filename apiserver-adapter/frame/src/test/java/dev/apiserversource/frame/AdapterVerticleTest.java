package dev.apiserversource.frame;

import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** A source of one's own, run by the frame. */
class AdapterVerticleTest {

    private final Vertx vertx = Vertx.vertx();
    private final FixtureSink sink = Await.result(FixtureSink.start(vertx));
    private final List<String> calls = new ArrayList<>();
    private final Promise<Void> draining = Promise.promise();

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    /** Emits one event at its start. */
    private final class OneEvent implements SourceAdapter {

        private final AdapterContext context;

        OneEvent(AdapterContext context) {
            this.context = context;
        }

        @Override
        public void start() {
            calls.add("start");
            CloudEvent event = CloudEventBuilder.v1()
                    .withId("1")
                    .withType("started")
                    .withSource(URI.create("/one-event"))
                    .build();
            context.dispatch(event).onSuccess(outcome -> calls.add(outcome.toString()));
        }

        @Override
        public void drain() {
            calls.add("drain");
            draining.complete();
        }

        @Override
        public Future<Void> stop() {
            calls.add("stop");
            return Future.succeededFuture();
        }
    }

    private FrameConfig config() throws InvalidConfigException {
        EnvReader env = new EnvReader(Map.of(
                "NAME", "mine",
                "NAMESPACE", "default",
                "K_SINK", sink.url().toString(),
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "K_CE_OVERRIDES", "{\"extensions\":{\"hello\":\"world\",\"type\":\"replaced\"}}"));
        FrameConfig config = FrameConfig.from(env);
        env.errors().throwIfAny();
        return config;
    }

    private AdapterVerticle verticle() throws InvalidConfigException {
        Termination termination = new Termination() {
            @Override
            public void fatal(String why) {
                calls.add(why);
            }

            @Override
            public void leadershipLost(String why) {
                calls.add(why);
            }
        };
        return new AdapterVerticle(
                config(),
                OneEvent::new,
                Config.empty(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                new SplittableRandom(1),
                termination);
    }

    @Test
    void startsDrainsAndStopsASource() throws InvalidConfigException {
        AdapterVerticle verticle = verticle();
        assertThat(verticle.readiness().text()).isEqualTo("not started");
        Await.result(sink.startFailing(SinkFault.STATUS_503));
        String deployment = Await.result(vertx.deployVerticle(verticle));
        Await.result(sink.awaitReceived(1));
        Future<Void> undeployed = vertx.undeploy(deployment);
        Await.result(draining.future());
        Await.result(sink.mend());
        Await.result(undeployed);

        assertThat(calls).containsExactly("start", "drain", "DELIVERED", "stop");
        assertThat(sink.accepted())
                .extracting(CloudEvent::getType, event -> event.getExtension("hello"))
                .containsExactly(tuple("replaced", "world"));
    }
}
