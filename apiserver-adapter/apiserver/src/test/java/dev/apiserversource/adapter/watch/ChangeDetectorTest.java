package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.Bytes;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.PreviousState;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.PreviousStates;
import dev.apiserversource.adapter.state.StreamSnapshot;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

class ChangeDetectorTest {

    private static final ResourceType CONFIG_MAPS = new ResourceType("", "v1", "configmaps", "ConfigMap", true);

    private final RecordedChanges recorded = new RecordedChanges();
    private final List<Change> changes = recorded.changes;
    private final WatchParser reader = new WatchParser(CONFIG_MAPS);
    private StreamStates states = new StreamStates(List.of(), object -> false, Instant::now);
    private StreamState state;
    private final ChangeDetector detector = detector(EmitPolicy.SKIP, false);

    private ChangeDetector detector(EmitPolicy initialState, boolean metadataOnly) {
        WatchTarget target = new WatchTarget(CONFIG_MAPS, Optional.empty(), "", metadataOnly);
        state = states.claim(target);
        GapTracker gaps = new GapTracker(
                target, state, new StreamMeters(new SimpleMeterRegistry()), recorded, new SimulatedTime());
        return new ChangeDetector(
                target,
                initialState,
                metadataOnly
                        ? Rules.withoutData()
                        : Rules.ofObjects(object -> !object.name().startsWith("foreign")),
                recorded,
                state,
                gaps);
    }

    /** An object without its kind, as in the items of a list. */
    private static String object(String name, String uid, int version) {
        return "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":\"%s\",\"resourceVersion\":\"%d\"},\"x\":1}"
                .formatted(name, uid, version);
    }

    private void list(ChangeDetector to, String... objects) throws IOException {
        to.beginList();
        for (String object : objects) {
            to.listed(reader.item(Bytes.slice(object)), Capacity.ALWAYS);
        }
        to.endList();
        while (to.hasUnseen()) {
            to.deriveDelete(Capacity.ALWAYS);
        }
    }

    private void watch(ChangeDetector to, String type, String object) throws IOException {
        String frame = "{\"type\":\"%s\",\"object\":%s}".formatted(type, object);
        to.watched((WatchParser.WatchFrame.Changed) reader.frame(Bytes.slice(frame)), Capacity.ALWAYS);
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
    void emitsNothingOfTheFirstList() throws IOException {
        list(detector, object("a", "1", 1), object("b", "2", 2));

        assertThat(seen()).isEmpty();
        assertThat(state.indexedObjects()).isEqualTo(2);
    }

    @Test
    void emitsTheFirstListWhenTheInitialStateIsWanted() throws IOException {
        list(detector(EmitPolicy.EMIT, false), object("a", "1", 1), object("foreign", "2", 2));

        assertThat(seen()).containsExactly("ADDED 1 1");
    }

    @Test
    void emitsNothingOfAFirstListThatIsRepeated() throws IOException {
        detector.beginList();
        detector.listed(reader.item(Bytes.slice(object("changed", "1", 1))), Capacity.ALWAYS);
        detector.listed(reader.item(Bytes.slice(object("gone", "2", 2))), Capacity.ALWAYS);
        detector.listed(reader.item(Bytes.slice(object("replaced", "3", 3))), Capacity.ALWAYS);
        list(detector, object("changed", "1", 11), object("replaced", "4", 12), object("new", "5", 13));

        assertThat(seen()).isEmpty();
        assertThat(state.indexedObjects()).isEqualTo(3);
    }

    @Test
    void emitsTheDifferenceOfALaterList() throws IOException {
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

    /** After a restored backup, versions are assigned a second time. */
    @Test
    void comparesUidsOfObjectsWithTheSameNameAndVersion() throws IOException {
        list(detector, object("a", "1", 7));
        list(detector, object("a", "2", 7));

        assertThat(seen()).containsExactly("DELETED 1 7 derived", "ADDED 2 7");
    }

    @Test
    void comparesWithChangesWatchedSinceTheLastList() throws IOException {
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
    void leavesOutWhatIsReadAgain() throws IOException {
        list(detector, object("a", "1", 1), object("b", "2", 2));
        watch(detector, "MODIFIED", object("a", "1", 3));
        watch(detector, "DELETED", object("b", "2", 4));
        watch(detector, "ADDED", object("b", "3", 5));
        seen();
        watch(detector, "MODIFIED", object("a", "1", 3));
        watch(detector, "DELETED", object("b", "2", 4));
        watch(detector, "ADDED", object("b", "3", 5));
        watch(detector, "DELETED", object("never-read", "9", 6));

        assertThat(seen()).isEmpty();
        assertThat(state.indexedObjects()).isEqualTo(2);
    }

    /** Some API servers send changes before the bookmark that ends a streaming list. */
    @Test
    void aChangeWithinAListKeepsUnacknowledgedCreates() throws IOException {
        ChangeDetector resumed = resumedAfterUnacknowledgedCreateOfA();
        resumed.beginList();
        resumed.listed(reader.item(Bytes.slice(object("b", "2", 8))), Capacity.ALWAYS);
        watch(resumed, "MODIFIED", object("b", "2", 9));
        resumed.endList();
        resumed.deriveDelete(Capacity.ALWAYS);

        assertThat(seen()).containsExactly("ADDED 2 8", "MODIFIED 2 9", "DELETED 1 7 derived");
    }

    @Test
    void repeatedListDropsPendingDerivedDeletes() throws IOException {
        list(detector, object("a", "1", 1), object("b", "2", 2));
        detector.beginList();
        detector.endList();
        detector.deriveDelete(Capacity.ALWAYS);
        assertThat(seen()).hasSize(1);
        list(detector, object("a", "1", 1), object("b", "2", 2));

        assertThat(seen()).singleElement().asString().startsWith("ADDED");
        assertThat(detector.hasUnseen()).isFalse();
    }

    @Test
    void indexesButDoesNotEmitFilteredObjects() throws IOException {
        list(detector, object("foreign-1", "1", 1));
        watch(detector, "ADDED", object("foreign-2", "2", 2));
        watch(detector, "MODIFIED", object("foreign-1", "1", 3));
        assertThat(state.indexedObjects()).isEqualTo(2);

        watch(detector, "DELETED", object("foreign-2", "2", 4));
        list(detector);
        assertThat(seen()).isEmpty();
        assertThat(state.indexedObjects()).isZero();
    }

    private ChangeDetector emitting(Set<Change.Kind> kinds, Predicate<Change> passing) {
        WatchTarget target = new WatchTarget(CONFIG_MAPS, Optional.empty(), "", false);
        state = states.claim(target);
        GapTracker gaps = new GapTracker(
                target, state, new StreamMeters(new SimpleMeterRegistry()), recorded, new SimulatedTime());
        return new ChangeDetector(
                target,
                EmitPolicy.SKIP,
                Rules.of(new EmitRules(object -> true, kinds, passing)),
                recorded,
                state,
                gaps);
    }

    private static final Capacity NO_CAPACITY = new Capacity() {

        @Override
        public boolean available() {
            return false;
        }

        @Override
        public void whenAvailable(Runnable action) {}
    };

    @Test
    void whatIsFilteredIsIndexedAndNeedsNoCapacity() throws IOException {
        ChangeDetector filtering = emitting(
                EnumSet.allOf(Change.Kind.class),
                change -> !change.object().name().equals("a"));
        list(filtering, object("a", "1", 1));
        String modified = "{\"type\":\"MODIFIED\",\"object\":%s}".formatted(object("a", "1", 2));
        WatchParser.WatchFrame.Changed frame = (WatchParser.WatchFrame.Changed) reader.frame(Bytes.slice(modified));

        assertThat(filtering.watched(frame, NO_CAPACITY)).isTrue();
        assertThat(state.indexed("ns", "a").resourceVersion()).isEqualTo("2");
        filtering.beginList();
        assertThat(filtering.listed(reader.item(Bytes.slice(object("a", "1", 3))), NO_CAPACITY))
                .isTrue();
        filtering.beginList();
        filtering.endList();
        assertThat(filtering.deriveDelete(NO_CAPACITY)).isTrue();
        assertThat(seen()).isEmpty();
    }

    @Test
    void emitsTheKindsOfChangesThatAreSelected() throws IOException {
        ChangeDetector deletes = emitting(EnumSet.of(Change.Kind.DELETED), change -> true);
        list(deletes);
        watch(deletes, "ADDED", object("a", "1", 1));
        watch(deletes, "MODIFIED", object("a", "1", 2));
        watch(deletes, "DELETED", object("a", "1", 3));
        watch(deletes, "ADDED", object("b", "2", 4));
        list(deletes);

        assertThat(seen())
                .as("a derived delete, too, although its add was left out")
                .containsExactly("DELETED 1 3", "DELETED 2 4 derived");
    }

    private ChangeDetector emittingChangesOf(ChangedPart part) {
        return detector(Rules.of(
                EmitRules.ofObjects(object -> !object.name().startsWith("foreign")),
                part,
                ObjectData.of(CONFIG_MAPS, DataPolicy.DEFAULTS, List.of())));
    }

    private ChangeDetector detector(StreamRules rules) {
        WatchTarget target = new WatchTarget(CONFIG_MAPS, Optional.empty(), "", false);
        state = states.claim(target);
        GapTracker gaps = new GapTracker(
                target, state, new StreamMeters(new SimpleMeterRegistry()), recorded, new SimulatedTime());
        return new ChangeDetector(target, EmitPolicy.SKIP, rules, recorded, state, gaps);
    }

    private static String labelled(String name, int version, String label, String data) {
        return ("{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":\"1\",\"resourceVersion\":\"%d\","
                        + "\"labels\":{\"l\":\"%s\"}},\"data\":\"%s\"}")
                .formatted(name, version, label, data);
    }

    @Test
    void leavesOutUpdatesThatDoNotChangeThePart() throws IOException {
        ChangeDetector spec = emittingChangesOf(ChangedPart.SPEC);
        list(spec, labelled("a", 1, "x", "d"));
        watch(spec, "MODIFIED", labelled("a", 2, "y", "d"));
        watch(spec, "MODIFIED", labelled("a", 3, "y", "e"));
        watch(spec, "MODIFIED", labelled("a", 4, "z", "e"));
        watch(spec, "MODIFIED", labelled("a", 5, "z", "d"));

        assertThat(seen()).containsExactly("MODIFIED 1 3", "MODIFIED 1 5");
        assertThat(state.indexed("ns", "a").resourceVersion()).isEqualTo("5");
    }

    @Test
    void alwaysEmitsAddsAndDeletes() throws IOException {
        ChangeDetector spec = emittingChangesOf(ChangedPart.SPEC);
        list(spec);
        watch(spec, "ADDED", labelled("a", 1, "x", "d"));
        watch(spec, "DELETED", labelled("a", 2, "x", "d"));
        watch(spec, "ADDED", labelled("a", 3, "x", "d"));
        list(spec);

        assertThat(seen()).containsExactly("ADDED 1 1", "DELETED 1 2", "ADDED 1 3", "DELETED 1 3 derived");
    }

    @Test
    void comparesAListByThePartToo() throws IOException {
        ChangeDetector spec = emittingChangesOf(ChangedPart.SPEC);
        list(spec, labelled("same", 1, "x", "d"), labelled("changed", 2, "x", "d"));
        list(spec, labelled("same", 11, "y", "d"), labelled("changed", 12, "x", "e"));

        assertThat(seen()).containsExactly("MODIFIED 1 12");
        assertThat(state.indexed("ns", "same").resourceVersion()).isEqualTo("11");
    }

    private ChangeDetector resumedWith(ObjectState indexed) {
        resumedWithAnIncompleteIndex(indexed);
        return emittingChangesOf(ChangedPart.SPEC);
    }

    /** The sink may have received a later state without an acknowledgement. */
    @Test
    void emitsTheFirstUpdateAfterARestart() throws IOException {
        ChangeDetector resumed = resumedWith(new ObjectState("ns", "a", "1", "5", true));
        watch(resumed, "MODIFIED", labelled("a", 11, "x", "d"));
        watch(resumed, "MODIFIED", labelled("a", 12, "y", "d"));

        assertThat(seen()).containsExactly("MODIFIED 1 11");
    }

    @Test
    void emitsAnUpdateThatAListShowsAfterARestart() throws IOException {
        list(resumedWith(new ObjectState("ns", "a", "1", "5", true)), labelled("a", 11, "x", "d"));

        assertThat(seen()).containsExactly("MODIFIED 1 11");
    }

    @Test
    void learnsThePartOfAnObjectThatAListShowsUnchanged() throws IOException {
        ChangeDetector resumed = resumedWith(new ObjectState("ns", "a", "1", "5", true));
        resumed.learn(reader.item(Bytes.slice(labelled("a", 5, "x", "d"))));
        watch(resumed, "MODIFIED", labelled("a", 11, "y", "d"));
        assertThat(seen()).isEmpty();
        watch(resumed, "MODIFIED", labelled("a", 12, "y", "e"));
        assertThat(seen()).containsExactly("MODIFIED 1 12");
    }

    @Test
    void learnsNothingFromAnotherState() throws IOException {
        ChangeDetector resumed = resumedWith(new ObjectState("ns", "a", "1", "5", true));
        resumed.learn(reader.item(Bytes.slice(labelled("a", 11, "x", "d"))));
        watch(resumed, "MODIFIED", labelled("a", 11, "x", "d"));

        assertThat(seen()).containsExactly("MODIFIED 1 11");
    }

    /** Its earlier states were not emitted. */
    @Test
    void emitsAnUpdateByWhichAnObjectBecomesSelected() throws IOException {
        ChangeDetector resumed = resumedWith(new ObjectState("ns", "a", "1", "5", false));
        resumed.learn(reader.item(Bytes.slice(labelled("a", 5, "x", "d"))));
        watch(resumed, "MODIFIED", labelled("a", 11, "y", "d"));

        assertThat(seen()).containsExactly("MODIFIED 1 11");
    }

    private ChangeDetector comparing() {
        PreviousStates previous = new PreviousStates(1_000_000, new SimpleMeterRegistry());
        return detector(
                Rules.with(EmitRules.ofObjects(object -> !object.name().startsWith("foreign")), previous.ofResource()));
    }

    /** The version that each change is compared with: {@code none} if there is none, empty if it is not known. */
    private List<String> comparedWith() {
        List<String> versions = changes.stream()
                .map(change ->
                        change.previous().map(PreviousState::resourceVersion).orElse("none"))
                .toList();
        changes.clear();
        return versions;
    }

    @Test
    void comparesUpdatesWithTheStateThatWasReadBefore() throws IOException {
        ChangeDetector comparing = comparing();
        list(comparing, labelled("a", 1, "x", "d"));
        watch(comparing, "MODIFIED", labelled("a", 2, "y", "d"));
        watch(comparing, "MODIFIED", labelled("a", 3, "z", "d"));
        list(comparing, labelled("a", 4, "z", "d"));
        watch(comparing, "MODIFIED", labelled("a", 5, "z", "d"));

        assertThat(changes.get(1).previous().orElseThrow().data()).asString().contains("\"l\":\"y\"");
        assertThat(comparedWith()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void addsAndDeletesAreComparedWithNothing() throws IOException {
        ChangeDetector comparing = comparing();
        list(comparing);
        watch(comparing, "ADDED", labelled("a", 1, "x", "d"));
        watch(comparing, "DELETED", labelled("a", 2, "x", "d"));
        watch(comparing, "ADDED", labelled("b", 3, "x", "d"));
        list(comparing);

        assertThat(comparedWith()).containsExactly("none", "none", "none", "none");
    }

    @Test
    void comparesWithStatesThatWereLeftOut() throws IOException {
        PreviousStates previous = new PreviousStates(1_000_000, new SimpleMeterRegistry());
        EmitRules odd = new EmitRules(object -> true, EnumSet.allOf(Change.Kind.class), change -> change.object()
                .resourceVersion()
                .equals("3"));
        ChangeDetector comparing = detector(Rules.with(odd, previous.ofResource()));
        list(comparing, labelled("a", 1, "x", "d"));
        watch(comparing, "MODIFIED", labelled("a", 2, "y", "d"));
        watch(comparing, "MODIFIED", labelled("a", 3, "z", "d"));

        assertThat(comparedWith()).containsExactly("2");
    }

    @Test
    void afterARestartTheStateBeforeIsUnknownUntilAListShowsIt() throws IOException {
        resumedWithAnIncompleteIndex(new ObjectState("ns", "a", "1", "5", true));
        ChangeDetector resumed = comparing();
        resumed.learn(reader.item(Bytes.slice(labelled("a", 4, "x", "d"))));
        watch(resumed, "MODIFIED", labelled("a", 11, "y", "d"));
        assertThat(comparedWith()).containsExactly("");

        resumedWithAnIncompleteIndex(new ObjectState("ns", "a", "1", "5", true));
        ChangeDetector audited = comparing();
        audited.learn(reader.item(Bytes.slice(labelled("a", 5, "x", "d"))));
        watch(audited, "MODIFIED", labelled("a", 11, "y", "d"));
        assertThat(comparedWith()).containsExactly("5");
    }

    @Test
    void doesNotKeepStatesOfObjectsThatAreNotSelected() throws IOException {
        ChangeDetector comparing = comparing();
        list(comparing, labelled("foreign", 1, "x", "d"));

        assertThat(comparing.learnsFromWholeObjects()).isTrue();
        assertThat(comparedWith()).isEmpty();
    }

    @Test
    void derivedDeleteHasMetadataAndNoBody() throws IOException {
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
    void addsTheKindToListItemsOnly() throws IOException {
        ChangeDetector emitting = detector(EmitPolicy.EMIT, false);
        list(emitting, object("a", "1", 1));
        watch(emitting, "MODIFIED", object("a", "1", 2));

        assertThat(changes)
                .extracting(change -> new String(change.json(), StandardCharsets.UTF_8))
                .containsExactly(
                        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
                                + object("a", "1", 1).substring(1),
                        object("a", "1", 2));
    }

    @Test
    void emitsNoBodyForMetadataOnly() throws IOException {
        ChangeDetector metadataOnly = detector(EmitPolicy.EMIT, true);
        list(metadataOnly, object("a", "1", 1));
        watch(metadataOnly, "MODIFIED", object("a", "1", 2));

        assertThat(changes).hasSize(2).allSatisfy(change -> assertThat(change.json())
                .isEmpty());
    }

    private ChangeDetector resumedAfterUnacknowledgedCreateOfA() {
        ObjectState created = new ObjectState("ns", "a", "1", "7", true);
        StreamSnapshot.ResumeWindow window = new StreamSnapshot.ResumeWindow("", Map.of());
        states = new StreamStates(List.of(), object -> false, Instant::now);
        states.restore(
                "||configmaps||",
                new StreamSnapshot("", "", window, List.of(created.pack()), Map.of(), List.of()),
                List.of());
        return detector(EmitPolicy.SKIP, false);
    }

    @Test
    void emitsTheDeleteOfAnUnacknowledgedCreateAfterAnInterruptedList() throws IOException {
        ChangeDetector resumed = resumedAfterUnacknowledgedCreateOfA();
        resumed.beginList();
        resumed.endList();
        // The list is interrupted before its deletes are emitted.
        list(resumed, object("b", "2", 8));

        assertThat(seen()).containsExactly("ADDED 2 8", "DELETED 1 7 derived");
    }

    @Test
    void emitsTheDeleteOfAnUnacknowledgedCreateBeforeItsSuccessor() throws IOException {
        list(resumedAfterUnacknowledgedCreateOfA(), object("a", "2", 8));

        assertThat(seen()).containsExactly("DELETED 1 7 derived", "ADDED 2 8");
    }

    /** Resumed at version 10, with {@code indexed} in the index and others missing. */
    private ChangeDetector resumedWithAnIncompleteIndex(ObjectState indexed) {
        StreamSnapshot.ResumeWindow window = new StreamSnapshot.ResumeWindow("10", Map.of());
        states = new StreamStates(List.of(), object -> false, Instant::now);
        states.restore(
                        "||configmaps||",
                        new StreamSnapshot("10", "", window, List.of(), Map.of(), List.of()),
                        List.of(indexed.pack()))
                .markIndexIncomplete();
        return detector(EmitPolicy.SKIP, false);
    }

    @Test
    void emitsTheDeleteOfAnObjectThatAnIncompleteIndexLacks() throws IOException {
        ChangeDetector resumed = resumedWithAnIncompleteIndex(new ObjectState("ns", "a", "1", "5", true));
        watch(resumed, "DELETED", object("lacking", "2", 11));

        assertThat(seen()).containsExactly("DELETED 2 11");
    }

    @Test
    void comparesAnIncompleteIndexWithoutLosingWhatItHas() throws IOException {
        ChangeDetector resumed = resumedWithAnIncompleteIndex(new ObjectState("ns", "gone", "1", "5", true));
        list(resumed, object("lacking", "2", 7));

        assertThat(seen())
                .as("an add is repeated rather than a change lost")
                .containsExactly("ADDED 2 7", "DELETED 1 5 derived");
    }

    @Test
    void aListUpdatesWhetherAnObjectPassesTheFilter() throws IOException {
        ChangeDetector resumed = resumedWithAnIncompleteIndex(new ObjectState("ns", "foreign", "1", "5", true));
        list(resumed, object("foreign", "1", 5));
        list(resumed);

        assertThat(seen()).as("no delete of an object that the filter hides").isEmpty();
    }

    @Test
    void emitsWhatIsNewInANamespaceThatJoins() throws IOException {
        Instant written = Instant.parse("2026-01-01T12:00:00Z");
        states = new StreamStates(List.of(), object -> false, Instant::now);
        StreamSnapshot.ResumeWindow window = new StreamSnapshot.ResumeWindow("10", Map.of());
        states.restore(
                "||configmaps|another|",
                new StreamSnapshot("10", "", window, List.of(), Map.of(), List.of()),
                List.of());
        states.restoredFrom(written);
        list(
                detector(EmitPolicy.SKIP, false),
                created("old", "1", written.minusSeconds(3_600)),
                created("a", "2", written.minusSeconds(60)),
                created("b", "3", written.plusSeconds(60)));

        assertThat(seen()).containsExactly("ADDED 2 7", "ADDED 3 7");
    }

    private static String created(String name, String uid, Instant at) {
        return object(name, uid, 7).replace("\"metadata\":{", "\"metadata\":{\"creationTimestamp\":\"" + at + "\",");
    }
}
