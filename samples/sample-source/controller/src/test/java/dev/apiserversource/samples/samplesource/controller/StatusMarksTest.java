package dev.apiserversource.samples.samplesource.controller;

import dev.apiserversource.samples.samplesource.controller.SampleSource.Status;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class StatusMarksTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final SampleSource source = Serialization.unmarshal("metadata: {generation: 3}", SampleSource.class);

    private static GenericKubernetesResource binding(long generation, String status) {
        return Serialization.unmarshal(
                "metadata: {generation: " + generation + "}\nstatus: " + status, GenericKubernetesResource.class);
    }

    private static Deployment deployment(long generation, String status) {
        return Serialization.unmarshal(
                "metadata: {name: adapter, generation: " + generation + "}\nstatus: " + status, Deployment.class);
    }

    private Status ready(Instant now) {
        StatusMarks marks = new StatusMarks(source, now);
        marks.markSink(binding(
                1,
                "{observedGeneration: 1, sinkUri: 'http://sink', conditions: [{type: SinkProvided, status: 'True'}]}"));
        marks.propagateAvailability(
                deployment(2, "{observedGeneration: 2, conditions: [{type: Available, status: 'True'}]}"));
        return marks.status();
    }

    @Test
    void isReadyWithASinkAndAnAvailableDeployment() {
        Status status = ready(NOON);

        assertThat(status.observedGeneration()).isEqualTo(3);
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.conditions())
                .extracting(SampleSource.Condition::type, SampleSource.Condition::status)
                .extracting(Object::toString)
                .containsExactly("(\"SinkProvided\", \"True\")", "(\"Deployed\", \"True\")", "(\"Ready\", \"True\")");
    }

    @Test
    void keepsTheTransitionTimeOfAConditionThatDoesNotChange() {
        source.setStatus(ready(NOON));

        assertThat(ready(NOON.plusSeconds(60))).isEqualTo(source.getStatus());
    }

    @Test
    void ignoresTheStatusOfAnOlderSpecOfTheSinkBinding() {
        StatusMarks marks = new StatusMarks(source, NOON);
        boolean resolved = marks.markSink(binding(
                2,
                "{observedGeneration: 1, sinkUri: 'http://old', conditions: [{type: SinkProvided, status: 'True'}]}"));

        assertThat(resolved).isFalse();
        assertThat(marks.status().sinkUri()).isNull();
        assertThat(SourceCluster.condition(marks.status(), "Ready").reason()).isEqualTo("SinkNotResolved");
    }

    @Test
    void ignoresTheStatusOfAnOlderTemplateOfTheDeployment() {
        StatusMarks marks = new StatusMarks(source, NOON);
        marks.propagateAvailability(
                deployment(2, "{observedGeneration: 1, conditions: [{type: Available, status: 'True'}]}"));

        assertThat(SourceCluster.condition(marks.status(), "Deployed").message())
                .isEqualTo("The Deployment 'adapter' is unavailable.");
    }

    @Test
    void aConditionThatIsFalseIsTheReasonRatherThanOneThatIsUnknown() {
        StatusMarks marks = new StatusMarks(source, NOON);
        marks.markFailed("deployments.apps is forbidden");

        assertThat(SourceCluster.condition(marks.status(), "Ready"))
                .isEqualTo(new SampleSource.Condition(
                        "Ready", "False", "ReconcileFailed", "deployments.apps is forbidden", NOON.toString()));
    }
}
