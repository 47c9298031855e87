package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.PreviousState;
import dev.apiserversource.adapter.model.PreviousStateFixture;
import dev.apiserversource.adapter.model.WatchTarget;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import static dev.apiserversource.adapter.event.Occurrences.GAP;
import static dev.apiserversource.adapter.event.Occurrences.at;
import static dev.apiserversource.adapter.event.Occurrences.derived;
import static dev.apiserversource.adapter.event.Occurrences.nodes;
import static dev.apiserversource.adapter.event.Occurrences.ofNode;
import static dev.apiserversource.adapter.event.Occurrences.ofOx;
import static dev.apiserversource.adapter.event.Occurrences.oxen;
import static dev.apiserversource.adapter.model.Change.Kind.ADDED;
import static dev.apiserversource.adapter.model.Change.Kind.DELETED;
import static dev.apiserversource.adapter.model.Change.Kind.MODIFIED;
import static org.assertj.core.api.Assertions.assertThat;

class EventFactoryTest {

    private static final URI SOURCE = URI.create("https://10.96.0.1:443");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

    private static CloudEvent create(EventMode mode, Change change) {
        return create(mode, change, Map.of());
    }

    private static CloudEvent create(EventMode mode, Change change, Map<String, String> overrides) {
        return new EventFactory(mode, SOURCE, "ns", "source", overrides).create(change, NOW);
    }

    /** All attributes of the event as text, without the id, which has its own tests. */
    private static Map<String, String> attributes(CloudEvent event) {
        Map<String, String> attributes = new TreeMap<>();
        event.getAttributeNames().forEach(name -> attributes.put(name, String.valueOf(event.getAttribute(name))));
        event.getExtensionNames().forEach(name -> attributes.put(name, String.valueOf(event.getExtension(name))));
        assertThat(attributes.remove("id")).matches("[0-9a-f]{32}");
        attributes.values().removeIf("null"::equals);
        return attributes;
    }

    private static String data(CloudEvent event) {
        CloudEventData data = event.getData();
        return data == null ? "" : new String(data.toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void resourceModeSendsTheObjectUnchanged() {
        CloudEvent event = create(EventMode.RESOURCE, ofOx(MODIFIED));

        assertThat(attributes(event))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("specversion", "1.0"),
                        Map.entry("type", "dev.knative.apiserver.resource.update"),
                        Map.entry("source", "https://10.96.0.1:443"),
                        Map.entry("subject", "/apis/zoo.example/v1/namespaces/ns/oxen/olga"),
                        Map.entry("time", "2026-01-01T00:00:00.500Z"),
                        Map.entry("datacontenttype", "application/json"),
                        Map.entry("apiversion", "zoo.example/v1"),
                        Map.entry("kind", "Ox"),
                        Map.entry("name", "olga"),
                        Map.entry("namespace", "ns"),
                        Map.entry("resourceversion", "12")));
        assertThat(data(event)).isEqualTo(Occurrences.JSON);
    }

    @Test
    void anUpdateWithAPreviousStateIsAnEnvelopeWithASchema() {
        PreviousState previous = PreviousStateFixture.of("11", "{}".getBytes(StandardCharsets.UTF_8));
        CloudEvent event = create(EventMode.RESOURCE, ofOx(MODIFIED).withPrevious(Optional.of(previous)));

        assertThat(event.getDataSchema()).isEqualTo(ChangeEnvelope.SCHEMA);
        assertThat(data(event))
                .startsWith("{\"object\":" + Occurrences.JSON + ",\"previous\":{\"resourceVersion\":\"11\"");
    }

    @Test
    void anUpdateWhosePreviousStateIsUnknownIsAnEnvelopeToo() {
        CloudEvent event = create(EventMode.RESOURCE, ofOx(MODIFIED).withPrevious(Optional.of(PreviousState.UNKNOWN)));

        assertThat(event.getDataSchema()).isEqualTo(ChangeEnvelope.SCHEMA);
        assertThat(data(event)).isEqualTo("{\"object\":" + Occurrences.JSON + "}");
    }

    @Test
    void addsAndDeletesAreNoEnvelopes() {
        for (Change.Kind kind : List.of(ADDED, DELETED)) {
            CloudEvent event = create(EventMode.RESOURCE, ofOx(kind).withPrevious(Optional.of(PreviousState.UNKNOWN)));

            assertThat(event.getDataSchema()).isNull();
            assertThat(data(event)).isEqualTo(Occurrences.JSON);
        }
    }

    @Test
    void aReplayIsAnAddWithTheValueOfTheReplay() {
        EventFactory factory = new EventFactory(EventMode.RESOURCE, SOURCE, "ns", "source", Map.of("site", "a"));
        CloudEvent event = factory.createReplay(ofOx(ADDED), "2026-01", NOW);

        assertThat(event.getType()).isEqualTo("dev.knative.apiserver.resource.add");
        assertThat(attributes(event)).containsEntry("replay", "2026-01").containsEntry("site", "a");
        assertThat(data(event)).isEqualTo(Occurrences.JSON);
        assertThat(factory.replayAttributes(ofOx(ADDED), "2026-01", NOW).getExtensionNames())
                .contains("replay", "resourceversion")
                .doesNotContain("site");
    }

    @Test
    void referenceModeSendsAReferenceOnly() {
        CloudEvent event = create(EventMode.REFERENCE, ofOx(ADDED));

        assertThat(event.getType()).isEqualTo("dev.knative.apiserver.ref.add");
        assertThat(data(event))
                .isEqualTo(
                        "{\"kind\":\"Ox\",\"namespace\":\"ns\",\"name\":\"olga\",\"apiVersion\":\"zoo.example/v1\"}");
    }

    @Test
    void aClusterScopedObjectHasAnEmptyNamespaceInItsSubjectAndNoneElsewhere() {
        CloudEvent event = create(EventMode.REFERENCE, ofNode(DELETED));

        assertThat(attributes(event))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("specversion", "1.0"),
                        Map.entry("type", "dev.knative.apiserver.ref.delete"),
                        Map.entry("source", "https://10.96.0.1:443"),
                        Map.entry("subject", "/apis/v1/namespaces//nodes/n1"),
                        Map.entry("time", "2026-01-01T00:00:00.500Z"),
                        Map.entry("datacontenttype", "application/json"),
                        Map.entry("apiversion", "v1"),
                        Map.entry("kind", "Node"),
                        Map.entry("name", "n1"),
                        Map.entry("resourceversion", "7")));
        assertThat(data(event)).isEqualTo("{\"kind\":\"Node\",\"name\":\"n1\",\"apiVersion\":\"v1\"}");
    }

    @Test
    void eachKindOfChangeHasATypeInEachMode() {
        assertThat(create(EventMode.RESOURCE, ofOx(ADDED)).getType()).isEqualTo("dev.knative.apiserver.resource.add");
        assertThat(create(EventMode.RESOURCE, ofOx(DELETED)).getType())
                .isEqualTo("dev.knative.apiserver.resource.delete");
        assertThat(create(EventMode.REFERENCE, ofOx(MODIFIED)).getType()).isEqualTo("dev.knative.apiserver.ref.update");
    }

    @Test
    void aDerivedDeleteHasTheKnownMetadata() {
        CloudEvent ofOx = create(EventMode.RESOURCE, derived(ofOx(MODIFIED)));
        CloudEvent ofNode = create(EventMode.RESOURCE, derived(ofNode(MODIFIED)));

        assertThat(data(ofOx))
                .isEqualTo("{\"apiVersion\":\"zoo.example/v1\",\"kind\":\"Ox\",\"metadata\":{\"name\":\"olga\","
                        + "\"namespace\":\"ns\",\"uid\":\"6b29fc40-ca47-1067-b31d-00dd010662da\"}}");
        assertThat(data(ofNode))
                .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\",\"uid\":\"u-1\"}}");
        assertThat(ofOx.getType()).isEqualTo("dev.knative.apiserver.resource.delete");
    }

    @Test
    void aDerivedDeleteDiffersFromASeenOneOnlyInDerivedAndData() {
        Map<String, String> seen = attributes(create(EventMode.REFERENCE, ofOx(DELETED)));
        CloudEvent event = create(EventMode.REFERENCE, derived(ofOx(MODIFIED)));
        Map<String, String> attributes = attributes(event);

        assertThat(attributes.remove("derived")).isEqualTo("true");
        assertThat(attributes).isEqualTo(seen);
        assertThat(event.getId())
                .isEqualTo(create(EventMode.REFERENCE, ofOx(DELETED)).getId());
    }

    @Test
    void overridesAddAttributesAndReplaceThoseOfTheSameName() {
        CloudEvent event = create(
                EventMode.RESOURCE,
                ofOx(ADDED),
                Map.of("extra", "e", "kind", "Replaced", "type", "my.type", "source", "/mine", "subject", "s"));

        assertThat(attributes(event))
                .containsEntry("extra", "e")
                .containsEntry("kind", "Replaced")
                .containsEntry("type", "my.type")
                .containsEntry("source", "/mine")
                .containsEntry("subject", "s");
    }

    private static CloudEvent create(WatchTarget target, Map<String, String> overrides) {
        EventFactory events = new EventFactory(EventMode.REFERENCE, SOURCE, "ns", "source", overrides);
        return events.overridden(events.createGap(target, GAP, NOW));
    }

    @Test
    void aGapIsAnEventOfItsStream() {
        CloudEvent event = create(oxen("ns", "app in (a,b)"), Map.of());

        assertThat(attributes(event))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("specversion", "1.0"),
                        Map.entry("type", "dev.apiserversource.gap"),
                        Map.entry("source", "https://10.96.0.1:443"),
                        Map.entry("subject", "/apis/zoo.example/v1/namespaces/ns/oxen"),
                        Map.entry("time", "2026-01-01T00:00:00.500Z"),
                        Map.entry("datacontenttype", "application/json"),
                        Map.entry("apiversion", "zoo.example/v1"),
                        Map.entry("kind", "Ox"),
                        Map.entry("namespace", "ns")));
        assertThat(data(event))
                .isEqualTo(
                        "{\"reason\":\"gone\",\"from\":\"100\",\"to\":\"250\",\"adds\":1,\"updates\":2,\"deletes\":3,"
                                + "\"group\":\"zoo.example\",\"version\":\"v1\",\"resource\":\"oxen\","
                                + "\"namespace\":\"ns\","
                                + "\"selector\":\"app in (a,b)\"}");
    }

    @Test
    void theGapOfAStreamAcrossNamespacesHasNone() {
        for (WatchTarget target : List.of(oxen("", ""), nodes())) {
            CloudEvent event = create(target, Map.of());
            assertThat(event.getSubject())
                    .isEqualTo("/apis/" + target.resource().apiVersion() + "/namespaces//"
                            + target.resource().plural());
            assertThat(event.getExtension("namespace")).isNull();
            assertThat(data(event)).contains("\"namespace\":\"\",\"selector\":\"\"");
        }
    }

    @Test
    void theGapOfAnObjectHasItsSubject() {
        MergedChange merged = MergedChange.of(ofOx(MODIFIED))
                .supersededBy(ofOx(MODIFIED, at("15"), ""), false)
                .orElseThrow();
        EventFactory events = new EventFactory(EventMode.RESOURCE, SOURCE, "ns", "source", Map.of("env", "prod"));
        CloudEvent event = events.overridden(events.createGap(merged, NOW));

        assertThat(attributes(event))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("specversion", "1.0"),
                        Map.entry("type", "dev.apiserversource.gap"),
                        Map.entry("source", "https://10.96.0.1:443"),
                        Map.entry("subject", "/apis/zoo.example/v1/namespaces/ns/oxen/olga"),
                        Map.entry("time", "2026-01-01T00:00:00.500Z"),
                        Map.entry("datacontenttype", "application/json"),
                        Map.entry("apiversion", "zoo.example/v1"),
                        Map.entry("kind", "Ox"),
                        Map.entry("name", "olga"),
                        Map.entry("namespace", "ns"),
                        Map.entry("env", "prod")));
        assertThat(data(event))
                .isEqualTo("{\"reason\":\"superseded\",\"from\":\"\",\"to\":\"15\",\"superseded\":1,"
                        + "\"group\":\"zoo.example\",\"version\":\"v1\",\"resource\":\"oxen\","
                        + "\"namespace\":\"ns\",\"selector\":\"\",\"name\":\"olga\","
                        + "\"uid\":\"6b29fc40-ca47-1067-b31d-00dd010662da\"}");
    }

    @Test
    void overridesApplyToGaps() {
        assertThat(create(nodes(), Map.of("env", "prod")).getExtension("env")).isEqualTo("prod");
    }
}
