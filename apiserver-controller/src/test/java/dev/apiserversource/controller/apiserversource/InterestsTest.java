package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.sink.SinkKey;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class InterestsTest {

    private static final ResourceID EVENTS = new ResourceID("events", "shop");

    private final Interests interests = new Interests();
    private final Source selecting = Samples.events("namespaceSelector: {matchLabels: {env: prod}}");

    @Test
    void namespaceThatComesIntoTheSelectionConcerns() {
        saw("a");
        assertThat(interests.in(there("b", "prod"))).containsExactly(EVENTS);
    }

    @Test
    void namespaceThatGoesOutOfTheSelectionConcerns() {
        saw("a");
        assertThat(interests.in(there("a", "test"))).containsExactly(EVENTS);
        assertThat(interests.in(new NamespaceChange("a", false, Map.of("env", "prod"))))
                .containsExactly(EVENTS);
    }

    @Test
    void namespaceThatStaysInOrOutDoesNotConcern() {
        saw("a");
        assertThat(interests.in(there("a", "prod"))).isEmpty();
        assertThat(interests.in(there("b", "test"))).isEmpty();
        assertThat(interests.in(new NamespaceChange("b", false, Map.of("env", "prod"))))
                .isEmpty();
    }

    @Test
    void whatChangesWhileTheSourceIsLookingConcerns() {
        interests.looking(selecting);
        assertThat(interests.in(there("b", "test"))).containsExactly(EVENTS);
    }

    @Test
    void sourcesOfAllNamespacesOrTheirOwnAreNeverConcernedByNamespaces() {
        Source all = Samples.events("namespaceSelector: {}");
        interests.looking(all);
        interests.saw(all, NamespaceSelection.ALL);
        assertThat(interests.in(there("b", "prod"))).isEmpty();
        interests.looking(Samples.events("mode: Resource"));
        assertThat(interests.in(there("b", "prod"))).isEmpty();
    }

    @Test
    void sinkAndDeadLetterSinkConcern() {
        interests.looking(Samples.shop("{sink: {ref: {apiVersion: v1, kind: Service, name: display}},"
                + " delivery: {deadLetterSink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker,"
                + " name: dead, namespace: bus}}}}"));
        assertThat(interests.in(new SinkKey("v1", "Service", "shop", "display")))
                .containsExactly(EVENTS);
        assertThat(interests.in(new SinkKey("eventing.knative.dev/v1", "Broker", "bus", "dead")))
                .containsExactly(EVENTS);
        assertThat(interests.in(new SinkKey("eventing.knative.dev/v1", "Broker", "", "dead")))
                .as("an object that lives in no namespace")
                .containsExactly(EVENTS);
        assertThat(interests.in(new SinkKey("v1", "Service", "other", "display")))
                .isEmpty();
    }

    @Test
    void forgottenSourcesAreNotConcerned() {
        saw("a");
        interests.forget(EVENTS);
        assertThat(interests.in(there("b", "prod"))).isEmpty();
    }

    private void saw(String... namespaces) {
        interests.looking(selecting);
        interests.saw(selecting, NamespaceSelection.of(List.of(namespaces)));
    }

    private static NamespaceChange there(String name, String env) {
        return new NamespaceChange(name, true, Map.of("env", env));
    }
}
