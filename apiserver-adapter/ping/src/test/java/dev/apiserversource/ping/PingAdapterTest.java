package dev.apiserversource.ping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.AdapterVerticle;
import dev.apiserversource.frame.Termination;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import dev.apiserversource.frame.monitoring.MonitoringFiles;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import dev.apiserversource.samples.embedded.fault.ServerFault;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole adapters between an embedded API server and a sink, with sources that tick every second. The tests wait for
 * ticks most of the time, so they run concurrently.
 */
@Execution(ExecutionMode.CONCURRENT)
class PingAdapterTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedApiServer server =
            Await.result(EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults()));
    private final FixtureSink sink = Await.result(FixtureSink.start(vertx));
    private final List<Replica> processes = new ArrayList<>();

    /** One adapter on an event loop of its own. */
    private final class Replica implements Termination {

        private final Vertx loop = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        Replica(String pod) {
            Config kubernetes = new ConfigBuilder(Config.empty())
                    .withMasterUrl(server.url())
                    .build();
            PingConfig config = config(pod);
            AdapterVerticle verticle = new AdapterVerticle(
                    config.frame(),
                    context -> new PingAdapter(config, context),
                    kubernetes,
                    registry,
                    new SplittableRandom(1),
                    this);
            Await.result(loop.deployVerticle(verticle));
            processes.add(this);
        }

        void stop() {
            Await.result(AdapterVerticle.drainAndClose(loop));
            processes.remove(this);
        }

        @Override
        public void fatal(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void leadershipLost(String why) {
            throw new AssertionError(why);
        }
    }

    private static PingConfig config(String pod) {
        try {
            return PingConfig.from(Map.of(
                    "NAME", "pingsource-mt-adapter",
                    "NAMESPACE", "default",
                    "POD_NAME", pod,
                    "LEASE_NAME", "pings",
                    "CHECKPOINT_NAME", "pings",
                    // A stop during an outage of the sink lasts as long.
                    "ADAPTER_DRAIN_TIMEOUT", "1",
                    "PROBES_PORT", "0",
                    "METRICS_PORT", "0"));
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void install() {
        server.store().create(json("""
                        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                         "metadata":{"name":"pingsources.sources.knative.dev"},
                         "spec":{"group":"sources.knative.dev","scope":"Namespaced",
                          "names":{"kind":"PingSource","plural":"pingsources","singular":"pingsource"},
                          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":
                           {"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}"""));
        server.store().create(json("""
                        {"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
                         "metadata":{"name":"pings","namespace":"default"}}"""));
    }

    @AfterEach
    void close() {
        List.copyOf(processes).forEach(Replica::stop);
        Await.result(vertx.close());
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private ObjectNode source(String name, String data) {
        return json("""
                {"apiVersion":"sources.knative.dev/v1","kind":"PingSource",
                 "metadata":{"name":"%s","namespace":"default"},
                 "spec":{"schedule":"@every 1s","data":"%s"},
                 "status":{"sinkUri":"%s"}}""".formatted(name, data, sink.url()));
    }

    private void awaitData(String data) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> sink.accepted().stream()
                .anyMatch(event -> new String(event.getData().toBytes(), StandardCharsets.UTF_8).equals(data)));
    }

    private void awaitEvents(int count) {
        Await.result(sink.awaitReceived(count));
    }

    private List<String> ids() {
        return sink.accepted().stream().map(event -> event.getId()).toList();
    }

    /** The ticks of a source without the uid, in seconds. */
    private List<Long> seconds() {
        return ids().stream()
                .map(id -> Long.valueOf(id.substring(id.lastIndexOf('-') + 1)))
                .toList();
    }

    private void assertNoGapAndNoRepeat() {
        List<Long> seconds = seconds();
        for (int i = 1; i < seconds.size(); i++) {
            assertThat(seconds.get(i)).as("tick %d of %s", i, seconds).isEqualTo(seconds.get(i - 1) + 1);
        }
    }

    @Test
    void metricsHaveWhatAlertsAndDashboardName() {
        Replica adapter = new Replica("pod-0");
        assertThat(MonitoringFiles.missing(
                        adapter.registry.scrape(), metric -> metric.startsWith("apiserversource_ping_")))
                .isEmpty();
    }

    @Test
    void sourcesComeChangeAndGoWithoutARestart() {
        new Replica("pod-1");
        ObjectNode a = server.store().create(source("a", "one"));
        awaitData("one");
        a.withObject("/spec").put("data", "two");
        server.store().update(a);
        awaitData("two");
        ObjectNode b = server.store().create(source("b", "three"));
        awaitData("three");
        server.store().delete("sources.knative.dev/v1", "PingSource", "default", "a");
        b.withObject("/spec").put("data", "four");
        server.store().update(b);
        awaitData("four");

        assertThat(sink.received().get(0).headers().get("Kn-Namespace")).isEqualTo("default");
    }

    @Test
    void aSourceThatCannotBeUsedDoesNotStopOthers() {
        ObjectNode invalid = source("a", "one");
        invalid.withObject("/spec").put("schedule", "never");
        server.store().create(invalid);
        server.store().create(source("b", "two"));
        new Replica("pod-1");

        awaitData("two");
    }

    @Test
    void aHandoverLosesAndRepeatsNoTick() {
        server.store().create(source("a", "one"));
        Replica first = new Replica("pod-1");
        awaitEvents(2);
        new Replica("pod-2");
        first.stop();
        int sent = ids().size();
        awaitEvents(sent + 3);

        assertNoGapAndNoRepeat();
    }

    @Test
    void aRestartDuringAnOutageOfTheSinkLosesNoTick() {
        server.store().create(source("a", "one"));
        Replica first = new Replica("pod-1");
        awaitEvents(1);
        Await.result(sink.startFailing(SinkFault.STATUS_503));
        int attempts = sink.received().size();
        awaitEvents(attempts + 2);
        first.stop();
        Await.result(sink.mend());
        new Replica("pod-1");
        int before = sink.received().size();
        awaitEvents(before + 3);

        assertNoGapAndNoRepeat();
    }

    @Test
    void aCorrectedSourceRepeatsNoTick() {
        ObjectNode a = server.store().create(source("a", "one"));
        new Replica("pod-1");
        awaitEvents(2);
        a.withObject("/spec").put("schedule", "never");
        a = server.store().update(a);
        server.store().create(source("b", "two"));
        awaitData("two");
        a.withObject("/spec").put("schedule", "@every 1s").put("data", "three");
        server.store().update(a);
        awaitData("three");

        assertThat(ids()).doesNotHaveDuplicates();
    }

    @Test
    void aSourceThatWasReplacedInALostHistorySendsNoMore() {
        ObjectNode old = server.store().create(source("a", "one"));
        new Replica("pod-1");
        awaitEvents(1);
        server.faults().on(ServerFault.FREEZE_WATCH);
        server.store().delete("sources.knative.dev/v1", "PingSource", "default", "a");
        server.store().create(source("a", "two"));
        server.faults().once(ServerFault.GONE_410).off(ServerFault.FREEZE_WATCH);
        awaitData("two");
        int sent = ids().size();
        awaitEvents(sink.received().size() + 2);

        assertThat(ids().subList(sent, ids().size()))
                .noneMatch(id -> id.startsWith(old.at("/metadata/uid").asText()));
    }
}
