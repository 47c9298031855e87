package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.watch.Change;
import dev.apiserversource.adapter.watch.Known;
import dev.apiserversource.adapter.watch.KnownObjects;
import dev.apiserversource.adapter.watch.ObjectMetadata;
import dev.apiserversource.adapter.watch.ResourceType;
import dev.apiserversource.adapter.watch.Target;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class StreamLedgerTest {

    private static final Target TARGET =
            new Target(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("ns"), "", false);

    private final Journal journal = new Journal(1_000, new Journal.Listener() {
        @Override
        public void changed() {}

        @Override
        public void moved() {}
    });
    private final StreamLedger ledger = StreamLedger.fresh("key", journal, new OwnObjects("ns", "kept"));

    /** The stream reads a change: the index first, then the change, then the position. */
    private Runnable read(Change.Kind kind, String name, String uid, int version) {
        Optional<Known> before =
                Optional.ofNullable(ledger.index().packed("ns/" + name)).map(Known::unpack);
        ObjectMetadata object = new ObjectMetadata("v1", "Pod", "ns", name, uid, "" + version, Optional.empty());
        if (kind == Change.Kind.DELETED) {
            ledger.index().remove("ns/" + name);
        } else {
            ledger.index().putPacked(Known.of(object, true).pack());
        }
        ledger.indexed("ns", name);
        Runnable settled = ledger.enter(new Change(kind, TARGET, object, new byte[0], false, before));
        ledger.readUpTo("" + version);
        return settled;
    }

    private List<String> settledStates() {
        List<String> states = new ArrayList<>();
        ledger.forEachSettled(packed -> {
            Known known = Known.unpack(packed);
            states.add(known.name() + " " + known.resourceVersion());
        });
        return states;
    }

    @Test
    void theMarkIsThePositionWhenAllIsSettled() {
        ledger.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        ledger.readUpTo("15");

        assertThat(ledger.mark()).isEqualTo("15");
    }

    @Test
    void theMarkStaysBeforeTheOldestUnsettledChange() {
        ledger.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        Runnable b = read(Change.Kind.ADDED, "b", "b1", 12);
        Runnable c = read(Change.Kind.ADDED, "c", "c1", 13);

        c.run();
        assertThat(ledger.mark()).isEqualTo("10");
        a.run();
        assertThat(ledger.mark()).isEqualTo("11");
        b.run();
        assertThat(ledger.mark()).isEqualTo("13");
    }

    @Test
    void whatIsKeptOfAnObjectIsItsLastSettledState() {
        ledger.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        Runnable second = read(Change.Kind.MODIFIED, "a", "a1", 12);
        Runnable third = read(Change.Kind.DELETED, "a", "a1", 13);
        assertThat(settledStates()).containsExactly("a 11");

        second.run();
        assertThat(settledStates()).containsExactly("a 12");
        third.run();
        assertThat(settledStates()).isEmpty();
    }

    @Test
    void anObjectReadForTheFirstTimeIsDoubtfulUntilItIsSettled() {
        ledger.readUpTo("10");
        Runnable added = read(Change.Kind.ADDED, "a", "a1", 11);

        assertThat(settledStates()).isEmpty();
        assertThat(ledger.stored(Set.of()).doubtful())
                .singleElement()
                .satisfies(packed -> assertThat(Known.unpack(packed).uid()).isEqualTo("a1"));

        added.run();
        assertThat(ledger.stored(Set.of()).doubtful()).isEmpty();
    }

    @Test
    void aStuckChangeHoldsTheMarkAndNoMemory() {
        ledger.readUpTo("10");
        read(Change.Kind.ADDED, "stuck", "s", 11);
        for (int version = 12; version < 5_000; version++) {
            read(Change.Kind.ADDED, "o" + version % 7, "u" + version, version).run();
        }

        assertThat(ledger.mark()).isEqualTo("10");
        assertThat(ledger.unsettledChanges()).isEqualTo(1);
        Main.Stream stored = ledger.stored(Set.of());
        assertThat(stored.readUpTo()).isEqualTo("4999");
        assertThat(stored.unsettled()).isEqualTo(Map.of("ns/stuck", "10"));
    }

    @Test
    void aLostPositionIsNoMark() {
        ledger.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        ledger.lostPosition();
        assertThat(ledger.mark()).isEmpty();

        ledger.readUpTo("50");
        assertThat(ledger.mark()).as("a is older than the gap").isEmpty();
        a.run();
        assertThat(ledger.mark()).isEqualTo("50");
    }

    @Test
    void whileTheStretchIsReadAgainWhatWasKeptOfItStaysKept() {
        Main.Stream kept = new Main.Stream("key", "10", "40", Map.of("ns/stuck", "10"), List.of(), Map.of());
        StreamLedger again = StreamLedger.restored(kept, new KnownObjects(), journal, new OwnObjects("ns", "kept"));
        again.readUpTo("20");
        assertThat(again.stored(Set.of()).readUpTo()).isEqualTo("40");
        assertThat(again.stored(Set.of()).unsettled()).containsOnlyKeys("ns/stuck");

        again.readUpTo("41");
        assertThat(again.stored(Set.of()).readUpTo()).isEqualTo("41");
        assertThat(again.stored(Set.of()).unsettled()).isEmpty();
    }

    @Test
    void beforeTheFirstListIsCompleteThereIsNothingToKeep() {
        ledger.indexed("ns", "a");
        assertThat(ledger.hasBegun()).isFalse();

        ledger.readUpTo("10");
        assertThat(ledger.hasBegun()).isTrue();
        assertThat(journal.isAll()).isTrue();
    }

    @Test
    void theObjectsOfTheCheckpointAreKnownByNameAndNamespace() {
        StreamLedger configMaps = StreamLedger.fresh("||configmaps||whole|", journal, new OwnObjects("ns", "kept"));

        assertThat(configMaps.isOwn(named("ns", "kept"))).isTrue();
        assertThat(configMaps.isOwn(named("ns", "kept-16-15"))).isTrue();
        assertThat(configMaps.isOwn(named("ns", "kept-17-15"))).isFalse();
        assertThat(configMaps.isOwn(named("ns", "kept2"))).isFalse();
        assertThat(configMaps.isOwn(named("other", "kept"))).isFalse();
        assertThat(ledger.isOwn(named("ns", "kept"))).isFalse();
    }

    private static ObjectMetadata named(String namespace, String name) {
        return new ObjectMetadata("v1", "ConfigMap", namespace, name, "u", "1", Optional.empty());
    }
}
