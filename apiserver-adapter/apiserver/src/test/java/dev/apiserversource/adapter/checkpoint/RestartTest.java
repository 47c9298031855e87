package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.watch.SimulatedApi;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class RestartTest {

    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random = new SplittableRandom(11);
    private final SimulatedApi api = new SimulatedApi(random.split(), time, true, false);
    private final StoreInMemory store = new StoreInMemory(time, random.split());
    private final List<String> delivered = new ArrayList<>();
    private String stuck = "";
    private String settledUpTo = "";
    private boolean acceptsChanges = true;

    private SimulatedProcess start(EmitPolicy initialState) {
        return start(initialState, true);
    }

    private boolean accept(Change change) {
        if (!acceptsChanges || change.object().name().equals(stuck)) {
            return false;
        }
        delivered.add(change.object().name() + " " + change.kind());
        return true;
    }

    private void write(int changes) {
        for (int i = 0; i < changes; i++) {
            api.write();
            time.advance(Duration.ofMillis(500));
        }
        time.advance(Duration.ofSeconds(10));
    }

    @Test
    void emitsTheInitialStateAtTheFirstStart() {
        write(20);
        start(EmitPolicy.EMIT);

        assertThat(delivered)
                .containsExactlyInAnyOrderElementsOf(api.objects.keySet().stream()
                        .map(name -> name + " ADDED")
                        .toList());
    }

    @Test
    void emitsTheInitialStateOnce() {
        write(20);
        start(EmitPolicy.EMIT).kill();
        delivered.clear();
        start(EmitPolicy.EMIT);

        assertThat(delivered).isEmpty();
    }

    @Test
    void repeatsOnlyTheStuckObject() {
        write(10);
        SimulatedProcess first = start(EmitPolicy.SKIP);
        int before = api.writes.size();
        api.write();
        stuck = api.writes.get(before).state().name();
        write(30);
        first.kill();
        assertThat(delivered).as("other objects are delivered").hasSizeGreaterThan(5);

        stuck = "";
        start(EmitPolicy.SKIP);
        time.advance(Duration.ofMinutes(1));

        List<String> written = api.writes.subList(before, api.writes.size()).stream()
                .map(event -> event.state().name() + " " + event.kind())
                .toList();
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(written);
    }

    /** The next process after one that was killed, changes that it missed, and the loss of the history. */
    private SimulatedProcess afterAGap(boolean acceptsGaps) {
        write(20);
        start(EmitPolicy.SKIP).kill();
        settledUpTo = "" + api.writes.get(api.writes.size() - 1).state().version();
        write(20);
        api.forgetHistory();
        return start(EmitPolicy.SKIP, acceptsGaps);
    }

    private SimulatedProcess start(EmitPolicy initialState, boolean acceptsGaps) {
        SimulatedProcess process = new SimulatedProcess(api, store, time, random.split(), initialState, this::accept);
        process.gapSink = gap -> acceptsGaps;
        process.start();
        time.advance(Duration.ofSeconds(10));
        return process;
    }

    @Test
    void doesNotRepeatASettledGap() {
        SimulatedProcess first = afterAGap(true);
        assertThat(first.gaps).hasSize(1);
        first.kill();

        assertThat(start(EmitPolicy.SKIP).gaps).isEmpty();
    }

    @Test
    void repeatsAnUnsettledGapUnchanged() {
        SimulatedProcess first = afterAGap(false);
        first.kill();
        write(5);
        SimulatedProcess second = start(EmitPolicy.SKIP);

        assertThat(second.gaps).isEqualTo(first.gaps).hasSize(1);
        assertThat(second.relists("unfinished"))
                .as("the gap does not hold the low-water mark back")
                .isZero();
        second.kill();
        assertThat(start(EmitPolicy.SKIP).gaps).isEmpty();
    }

    @Test
    void unsettledGapHoldsNothingBack() {
        SimulatedProcess first = afterAGap(false);
        delivered.clear();
        int before = api.writes.size();
        write(10);
        first.kill();
        List<String> written = api.writes.subList(before, api.writes.size()).stream()
                .map(event -> event.state().name() + " " + event.kind())
                .toList();
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(written);
        delivered.clear();
        start(EmitPolicy.SKIP, false);

        assertThat(delivered).as("the low-water mark is past the gap").isEmpty();
    }

    @Test
    void nextProcessClosesAnUnfinishedGap() {
        acceptsChanges = false;
        SimulatedProcess first = afterAGap(true);
        assertThat(first.relists("gone")).as("a gap is open").isEqualTo(1);
        assertThat(first.gaps).as("and is not closed").isEmpty();
        first.kill();
        acceptsChanges = true;
        SimulatedProcess second = start(EmitPolicy.SKIP);
        time.advance(Duration.ofMinutes(1));

        assertThat(second.gaps).singleElement().satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo("unfinished");
            assertThat(gap.from()).as("what the first process has settled").isEqualTo(settledUpTo);
        });
    }

    @Test
    void repeatsNothingAfterAStop() {
        write(10);
        SimulatedProcess first = start(EmitPolicy.SKIP);
        write(20);
        first.stop();
        time.advance(Duration.ofSeconds(5));
        first.kill();
        delivered.clear();
        start(EmitPolicy.SKIP);

        assertThat(delivered).isEmpty();
    }
}
