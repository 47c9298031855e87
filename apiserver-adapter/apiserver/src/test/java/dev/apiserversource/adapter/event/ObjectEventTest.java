package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static dev.apiserversource.adapter.event.Occurrences.derived;
import static dev.apiserversource.adapter.event.Occurrences.ofNode;
import static dev.apiserversource.adapter.event.Occurrences.ofOx;
import static org.assertj.core.api.Assertions.assertThat;

/** Filters see what is sent. */
class ObjectEventTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

    static List<Change> changes() {
        return List.of(
                ofOx(Change.Kind.ADDED),
                ofOx(Change.Kind.MODIFIED),
                ofNode(Change.Kind.DELETED),
                derived(ofOx(Change.Kind.DELETED)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void areThoseOfTheEvent(Change change) {
        EventFactory events =
                new EventFactory(EventMode.RESOURCE, URI.create("https://10.96.0.1:443"), "ns", "source", Map.of());

        assertThat(all(events.attributes(change, NOW))).isEqualTo(all(events.create(change, NOW)));
    }

    private static Map<String, Object> all(CloudEvent event) {
        Map<String, Object> all = new HashMap<>();
        Set.of("specversion", "id", "type", "source", "subject", "time", "datacontenttype", "dataschema")
                .forEach(name -> all.put(name, event.getAttribute(name)));
        event.getExtensionNames().forEach(name -> all.put(name, event.getExtension(name)));
        return all;
    }
}
