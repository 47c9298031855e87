package dev.apiserversource.frame.leader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.time.SimulatedTime;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class KubeLeaseStoreTest {

    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final LeaseSettings SETTINGS =
            new LeaseSettings("default", "my-lease", "pod-1", Duration.ofSeconds(15));
    private static final LeaseRecord.Update UPDATE =
            new LeaseRecord.Update("pod-1", 7, THEN, THEN, Duration.ofSeconds(15));

    private final SimulatedTime time = new SimulatedTime();
    private List<Problem> problems = List.of();
    private String progress = "";
    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedApiServer server =
            Await.result(EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults()));
    private final LeaseStore store = new KubeLeaseStore(
            SETTINGS,
            new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build(),
            vertx,
            Map.of(
                    ProblemReport.ANNOTATION,
                    new ProblemReport(() -> problems, time)::text,
                    LeaderElection.PROGRESS_ANNOTATION,
                    () -> progress));

    @AfterEach
    void close() {
        store.close();
        Await.result(vertx.close());
    }

    private LeaseRecord create() throws IOException {
        server.store().create((ObjectNode) new ObjectMapper()
                .readTree("{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\","
                        + "\"metadata\":{\"name\":\"my-lease\",\"labels\":{"
                        + "\"a\":\"b\"},\"annotations\":{\"note\":\"kept\"}}}"));
        return Await.result(store.read());
    }

    private ObjectNode stored() {
        return server.store()
                .find("coordination.k8s.io/v1", "Lease", "default", "my-lease")
                .orElseThrow();
    }

    @Test
    void anEmptyLeaseIsFree() throws IOException {
        LeaseRecord record = create();

        assertThat(record.isFree()).isTrue();
        assertThat(record.transitions()).isZero();
    }

    @Test
    void aWriteIsReadBackAndKeepsLabelsOfOthers() throws IOException {
        LeaseRecord written = Await.result(store.write(UPDATE, create().resourceVersion()));

        assertThat(Await.result(store.read())).isEqualTo(written);
        assertThat(written.holder()).isEqualTo("pod-1");
        assertThat(stored().at("/metadata/labels/a").asText()).isEqualTo("b");
        assertThat(stored().path("spec"))
                .hasToString("{\"holderIdentity\":\"pod-1\",\"leaseDurationSeconds\":15,\"leaseTransitions\":7,"
                        + "\"renewTime\":\"2026-01-02T03:04:05.000000Z\","
                        + "\"acquireTime\":\"2026-01-02T03:04:05.000000Z\"}");
    }

    @Test
    void aWritePublishesTheProblemsAndKeepsAnnotationsOfOthers() throws IOException {
        problems = List.of(new Problem(Problem.SINK_REFUSES, "the sink answers 403"));
        String first = write(create().resourceVersion());

        assertThat(annotations().path("apiserversource.dev/problems").asText())
                .isEqualTo("[{\"type\":\"SinkRefuses\",\"message\":\"the sink answers 403\",\"since\":\""
                        + time.now().truncatedTo(ChronoUnit.SECONDS) + "\"}]");
        assertThat(annotations().path("note").asText()).isEqualTo("kept");

        problems = List.of();
        time.advance(Duration.ofSeconds(10));
        write(first);

        assertThat(annotations()).hasToString("{\"note\":\"kept\"}");
    }

    @Test
    void theLeaderPublishesItsProgress() throws IOException {
        progress = "{\"replay\":{}}";
        String first = write(create().resourceVersion());

        assertThat(annotations().path("apiserversource.dev/progress").asText()).isEqualTo("{\"replay\":{}}");

        progress = "";
        write(first);

        assertThat(annotations()).hasToString("{\"note\":\"kept\"}");
    }

    @Test
    void aReleaseRemovesTheProblems() throws IOException {
        problems = List.of(new Problem(Problem.SINK_REFUSES, "the sink answers 403"));
        String version = write(create().resourceVersion());
        LeaseRecord.Update release = new LeaseRecord.Update("", 7, null, THEN, Duration.ofSeconds(15));
        Await.result(store.write(release, version));

        assertThat(annotations()).hasToString("{\"note\":\"kept\"}");
    }

    @Test
    void aNewLeaderRemovesTheProblemsOfTheLast() throws IOException {
        problems = List.of(new Problem(Problem.SINK_REFUSES, "the sink answers 403"));
        write(create().resourceVersion());
        LeaseStore next = new KubeLeaseStore(
                SETTINGS,
                new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build(),
                vertx,
                Map.of(ProblemReport.ANNOTATION, new ProblemReport(List::of, time)::text));
        String version = Await.result(next.read()).resourceVersion();
        Await.result(next.write(UPDATE, version));
        next.close();

        assertThat(annotations()).hasToString("{\"note\":\"kept\"}");
    }

    private String write(String version) {
        return Await.result(store.write(UPDATE, version)).resourceVersion();
    }

    private JsonNode annotations() {
        return stored().at("/metadata/annotations");
    }

    @Test
    void aReleaseLeavesNoHolder() throws IOException {
        LeaseRecord mine = Await.result(store.write(UPDATE, create().resourceVersion()));
        LeaseRecord.Update release = new LeaseRecord.Update("", 7, null, THEN, Duration.ofSeconds(15));
        LeaseRecord free = Await.result(store.write(release, mine.resourceVersion()));

        assertThat(free.isFree()).isTrue();
        assertThat(free.transitions()).isEqualTo(7);
    }

    @Test
    void aWriteAtAnOldResourceVersionIsAConflict() throws IOException {
        LeaseRecord seen = create();
        Await.result(store.write(UPDATE, seen.resourceVersion()));

        assertThat(Await.failure(store.write(UPDATE, seen.resourceVersion()))).matches(LeaseException::isConflict);
    }
}
