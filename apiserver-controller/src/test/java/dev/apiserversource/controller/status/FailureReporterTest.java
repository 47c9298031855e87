package dev.apiserversource.controller.status;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletionException;

import static org.assertj.core.api.Assertions.assertThat;

class FailureReporterTest {

    private static final Clock NOW = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final ApiServerSource source = Serialization.unmarshal("""
            apiVersion: sources.knative.dev/v1
            kind: ApiServerSource
            metadata: {name: events, namespace: default, uid: uid-1, generation: 2}
            status:
              sinkUri: http://sink
              conditions:
                - {type: Deployed, status: "True", lastTransitionTime: "2025-01-01T00:00:00Z"}
                - {type: Ready, status: "True", lastTransitionTime: "2025-01-01T00:00:00Z"}
            """, ApiServerSource.class);

    @Test
    void failureMakesReadyUnknownAndKeepsTheRest() {
        ApiServerSourceStatus status = reporter()
                .reconcileFailed(source, new CompletionException(new IllegalStateException("reviews denied")));
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.observedGeneration()).isEqualTo(2);
        assertThat(status.conditions())
                .containsExactly(
                        new Condition("Deployed", "True", null, null, null, "2025-01-01T00:00:00Z"),
                        new Condition(
                                "Ready", "Unknown", null, "ReconcileFailed", "reviews denied", "2026-01-01T00:00:00Z"));
    }

    @Test
    void invalidSpecMakesReadyFalse() {
        assertThat(reporter().invalidSpec(source, "spec.mode: bad").conditions())
                .filteredOn(condition -> condition.type().equals("Ready"))
                .singleElement()
                .satisfies(ready -> {
                    assertThat(ready.status()).isEqualTo("False");
                    assertThat(ready.reason()).isEqualTo("InvalidSpec");
                    assertThat(ready.message()).startsWith("spec.mode: bad");
                });
    }

    @Test
    void aRepeatedMessageIsOneEventObject() {
        FailureReporter reporter = reporter();
        reporter.reconcileFailed(source, new IllegalStateException("first"));
        reporter.reconcileFailed(source, new IllegalStateException("first"));
        reporter.reconcileFailed(source, new IllegalStateException("second"));
        List<Event> events =
                cluster.client().v1().events().inNamespace("default").list().getItems();
        assertThat(events).extracting(Event::getMessage).containsExactlyInAnyOrder("first", "second");
        assertThat(events).extracting(Event::getType).containsOnly("Warning");
    }

    private FailureReporter reporter() {
        return new FailureReporter(new EventRecorder(cluster.client(), NOW), NOW);
    }
}
