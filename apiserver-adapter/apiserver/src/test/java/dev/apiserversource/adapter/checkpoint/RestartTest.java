package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.watch.ModelApi;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class RestartTest {

    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random = new SplittableRandom(7);
    private final ModelApi api = new ModelApi(random.split(), time, true, false);
    private final StoreInMemory store = new StoreInMemory(time, random.split());
    private final List<String> told = new ArrayList<>();
    private String stuck = "";
    private String settledUpTo = "";
    private boolean takesChanges = true;

    private SimulatedProcess start(boolean existing) {
        return start(existing, true);
    }

    private boolean take(Change change) {
        if (!takesChanges || change.object().name().equals(stuck)) {
            return false;
        }
        told.add(change.object().name() + " " + change.kind());
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
    void atTheFirstStartWhatExistsIsToldWhenThatIsWanted() {
        write(20);
        start(true);

        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(api.objects.keySet().stream()
                        .map(name -> name + " ADDED")
                        .toList());
    }

    @Test
    void whatExistsIsToldAtTheFirstStartOnly() {
        write(20);
        start(true).kill();
        told.clear();
        start(true);

        assertThat(told).isEmpty();
    }

    @Test
    void whatWasSettledIsNotToldAgainAlthoughAnObjectWasStuck() {
        write(10);
        SimulatedProcess first = start(false);
        int before = api.events.size();
        api.write();
        stuck = api.events.get(before).state().name();
        write(30);
        first.kill();
        assertThat(told).as("others go on").hasSizeGreaterThan(5);

        stuck = "";
        start(false);
        time.advance(Duration.ofMinutes(1));

        List<String> written = api.events.subList(before, api.events.size()).stream()
                .map(event -> event.state().name() + " " + event.kind())
                .toList();
        assertThat(told).containsExactlyInAnyOrderElementsOf(written);
    }

    /** Processes that end with the history gone: the first loses its position, and each has its turn. */
    private SimulatedProcess afterAGap(boolean takesGaps) {
        write(20);
        start(false).kill();
        settledUpTo = "" + api.events.get(api.events.size() - 1).state().version();
        write(20);
        api.forget();
        return start(false, takesGaps);
    }

    private SimulatedProcess start(boolean existing, boolean takesGaps) {
        SimulatedProcess process = new SimulatedProcess(api, store, time, random.split(), existing, this::take);
        process.gapSink = gap -> takesGaps;
        process.start();
        time.advance(Duration.ofSeconds(10));
        return process;
    }

    @Test
    void aGapThatWasToldIsNotToldAgain() {
        SimulatedProcess first = afterAGap(true);
        assertThat(first.gaps).hasSize(1);
        first.kill();

        assertThat(start(false).gaps).isEmpty();
    }

    @Test
    void aGapWhoseTellingWasNotHeardOfIsToldAgainAsItWas() {
        SimulatedProcess first = afterAGap(false);
        first.kill();
        write(5);
        SimulatedProcess second = start(false);

        assertThat(second.gaps).isEqualTo(first.gaps).hasSize(1);
        assertThat(second.relists("unfinished"))
                .as("the mark did not wait for it")
                .isZero();
        second.kill();
        assertThat(start(false).gaps).isEmpty();
    }

    @Test
    void aGapThatNobodyTakesHoldsNothingBack() {
        SimulatedProcess first = afterAGap(false);
        told.clear();
        int before = api.events.size();
        write(10);
        first.kill();
        List<String> written = api.events.subList(before, api.events.size()).stream()
                .map(event -> event.state().name() + " " + event.kind())
                .toList();
        assertThat(told).containsExactlyInAnyOrderElementsOf(written);
        told.clear();
        start(false, false);

        assertThat(told).as("the mark has passed the end of the gap").isEmpty();
    }

    @Test
    void aProcessThatEndsWithinAGapLeavesItToTheNext() {
        takesChanges = false;
        SimulatedProcess first = afterAGap(true);
        assertThat(first.relists("gone")).as("a gap was opened").isEqualTo(1);
        assertThat(first.gaps).as("and not closed").isEmpty();
        first.kill();
        takesChanges = true;
        SimulatedProcess second = start(false);
        time.advance(Duration.ofMinutes(1));

        assertThat(second.gaps).singleElement().satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo("unfinished");
            assertThat(gap.from()).as("as far as the first process had come").isEqualTo(settledUpTo);
        });
    }

    @Test
    void aStopLeavesNothingToRepeat() {
        write(10);
        SimulatedProcess first = start(false);
        write(20);
        first.stop();
        time.advance(Duration.ofSeconds(5));
        first.kill();
        told.clear();
        start(false);

        assertThat(told).isEmpty();
    }
}
