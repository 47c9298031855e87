package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.json.Bytes;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class ChangeDetectorTest {

    private static final ResourceType CONFIG_MAPS = new ResourceType("", "v1", "configmaps", "ConfigMap", true);

    private final RecordedChanges recorded = new RecordedChanges();
    private final List<Change> changes = recorded.changes;
    private final WatchParser reader = new WatchParser(CONFIG_MAPS);
    private StreamState state;
    private final ChangeDetector detector = detector(EmitPolicy.SKIP, false);

    private ChangeDetector detector(EmitPolicy initialState, boolean metadataOnly) {
        WatchTarget target = new WatchTarget(CONFIG_MAPS, Optional.empty(), "", metadataOnly);
        state = new StreamStates(List.of(), object -> false, Instant::now).claim(target);
        GapTracker gaps = new GapTracker(target, state, new StreamMeters(new SimpleMeterRegistry()), recorded);
        return new ChangeDetector(
                target, initialState, object -> !object.name().startsWith("foreign"), recorded, state, gaps);
    }

    /** An object as the items of a list are: without its kind. */
    private static String object(String name, String uid, int version) {
        return "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":\"%s\",\"resourceVersion\":\"%d\"},\"x\":1}"
                .formatted(name, uid, version);
    }

    private void list(ChangeDetector to, String... objects) throws IOException {
        to.beginList();
        for (String object : objects) {
            to.listed(reader.item(Bytes.slice(object)));
        }
        to.endList();
        while (to.deriveDelete()) {
            // Until there is none left.
        }
    }

    private void watch(ChangeDetector to, String type, String object) throws IOException {
        String frame = "{\"type\":\"%s\",\"object\":%s}".formatted(type, object);
        to.watched((WatchParser.WatchFrame.Changed) reader.frame(Bytes.slice(frame)));
    }

    private List<String> seen() {
        List<String> seen = changes.stream()
                .map(change -> "%s %s %s%s"
                        .formatted(
                                change.kind(),
                                change.object().uid(),
                                change.object().resourceVersion(),
                                change.derived() ? " derived" : ""))
                .toList();
        changes.clear();
        return seen;
    }

    @Test
    void theFirstListIsSilent() throws IOException {
        list(detector, object("a", "1", 1), object("b", "2", 2));

        assertThat(seen()).isEmpty();
        assertThat(state.indexedObjects()).isEqualTo(2);
    }

    @Test
    void theFirstListOfAKindThatAppearedLaterIsNotSilent() throws IOException {
        list(detector(EmitPolicy.EMIT, false), object("a", "1", 1), object("foreign", "2", 2));

        assertThat(seen()).containsExactly("ADDED 1 1");
    }

    @Test
    void aFirstListThatIsBegunAgainTellsNothing() throws IOException {
        detector.beginList();
        detector.listed(reader.item(Bytes.slice(object("changed", "1", 1))));
        detector.listed(reader.item(Bytes.slice(object("gone", "2", 2))));
        detector.listed(reader.item(Bytes.slice(object("replaced", "3", 3))));
        list(detector, object("changed", "1", 11), object("replaced", "4", 12), object("new", "5", 13));

        assertThat(seen()).isEmpty();
        assertThat(state.indexedObjects()).isEqualTo(3);
    }

    @Test
    void anyLaterListTellsTheDifference() throws IOException {
        list(
                detector,
                object("kept", "1", 1),
                object("changed", "2", 2),
                object("gone", "3", 3),
                object("replaced", "4", 4));
        list(
                detector,
                object("kept", "1", 1),
                object("changed", "2", 12),
                object("new", "5", 13),
                object("replaced", "6", 14));

        assertThat(seen())
                .containsExactly(
                        "MODIFIED 2 12", "ADDED 5 13", "DELETED 4 4 derived", "ADDED 6 14", "DELETED 3 3 derived");
        assertThat(state.indexedObjects()).isEqualTo(4);
    }

    /** As after a restored backup: versions are given out a second time. */
    @Test
    void anotherObjectOfTheSameNameAndVersionIsAnother() throws IOException {
        list(detector, object("a", "1", 7));
        list(detector, object("a", "2", 7));

        assertThat(seen()).containsExactly("DELETED 1 7 derived", "ADDED 2 7");
    }

    @Test
    void comparesWithWhatWasWatchedSinceTheLastList() throws IOException {
        list(detector);
        watch(detector, "ADDED", object("a", "1", 1));
        watch(detector, "MODIFIED", object("a", "1", 2));
        watch(detector, "ADDED", object("b", "2", 3));
        watch(detector, "DELETED", object("b", "2", 4));
        assertThat(seen()).containsExactly("ADDED 1 1", "MODIFIED 1 2", "ADDED 2 3", "DELETED 2 4");

        list(detector, object("a", "1", 2));
        assertThat(seen()).isEmpty();
    }

    @Test
    void aListThatIsBegunAgainForgetsWhatItsForerunnerLeftUndone() throws IOException {
        list(detector, object("a", "1", 1), object("b", "2", 2));
        detector.beginList();
        detector.endList();
        detector.deriveDelete();
        assertThat(seen()).hasSize(1);
        list(detector, object("a", "1", 1), object("b", "2", 2));

        assertThat(seen()).singleElement().asString().startsWith("ADDED");
        assertThat(detector.deriveDelete()).isFalse();
    }

    @Test
    void whatDoesNotPassTheFilterIsKnownButNotTold() throws IOException {
        list(detector, object("foreign-1", "1", 1));
        watch(detector, "ADDED", object("foreign-2", "2", 2));
        watch(detector, "MODIFIED", object("foreign-1", "1", 3));
        assertThat(state.indexedObjects()).isEqualTo(2);

        watch(detector, "DELETED", object("foreign-2", "2", 4));
        list(detector);
        assertThat(seen()).isEmpty();
        assertThat(state.indexedObjects()).isZero();
    }

    @Test
    void aDerivedDeleteNamesTheObjectAndHasNoBody() throws IOException {
        list(detector, object("a", "1", 1));
        list(detector);

        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.object())
                    .isEqualTo(new ObjectMetadata("v1", "ConfigMap", "ns", "a", "1", "1", Optional.empty()));
            assertThat(change.json()).isEmpty();
            assertThat(change.derived()).isTrue();
        });
    }

    @Test
    void theItemsOfAListGetTheirKindAndWatchedObjectsAreLeftAlone() throws IOException {
        ChangeDetector loud = detector(EmitPolicy.EMIT, false);
        list(loud, object("a", "1", 1));
        watch(loud, "MODIFIED", object("a", "1", 2));

        assertThat(changes)
                .extracting(change -> new String(change.json(), StandardCharsets.UTF_8))
                .containsExactly(
                        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
                                + object("a", "1", 1).substring(1),
                        object("a", "1", 2));
    }

    @Test
    void whereOnlyMetadataIsWantedNoBodyIsCarried() throws IOException {
        ChangeDetector slim = detector(EmitPolicy.EMIT, true);
        list(slim, object("a", "1", 1));
        watch(slim, "MODIFIED", object("a", "1", 2));

        assertThat(changes).hasSize(2).allSatisfy(change -> assertThat(change.json())
                .isEmpty());
    }
}
