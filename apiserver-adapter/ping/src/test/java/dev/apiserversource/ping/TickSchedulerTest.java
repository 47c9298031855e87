package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.time.SimulatedTime;
import dev.apiserversource.ping.Checkpoint.Lag;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** The clock begins at 2026-01-01T00:00:00Z. */
class TickSchedulerTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SimulatedTime time = new SimulatedTime();
    private final RecordingSinks sinks = new RecordingSinks(time, 100);
    private TickScheduler scheduler = process();

    private TickScheduler process() {
        Dispatcher dispatcher = new Dispatcher(
                event -> {
                    throw new AssertionError("no sink for " + event);
                },
                Sources.settings("unused"),
                time,
                new SimpleMeterRegistry());
        return new TickScheduler(dispatcher, sinks, time, () -> {});
    }

    private TickScheduler started() {
        scheduler.restore(Checkpoint.none(time.now()));
        return scheduler;
    }

    private Instant after(Duration duration) {
        return Instant.parse("2026-01-01T00:00:00Z").plus(duration);
    }

    @Test
    void sendsEachTickOfEachSource() {
        time.advance(Duration.ofSeconds(30));
        started().put(Sources.source("a", "* * * * *"));
        scheduler.put(Sources.source("b", "*/2 * * * *"));

        time.advance(Duration.ofMinutes(4));

        assertThat(sinks.ticks("a"))
                .containsExactly(
                        "a 2026-01-01T00:00Z",
                        "a 2026-01-01T00:01Z",
                        "a 2026-01-01T00:02Z",
                        "a 2026-01-01T00:03Z",
                        "a 2026-01-01T00:04Z");
        assertThat(sinks.ticks("b"))
                .containsExactly("b 2026-01-01T00:00Z", "b 2026-01-01T00:02Z", "b 2026-01-01T00:04Z");
    }

    @Test
    void oneTimerServesAllSources() {
        started();
        IntStream.range(0, 1_000).forEach(i -> scheduler.put(Sources.source("s" + i, "30 * * * *")));

        assertThat(time.pending()).isEqualTo(1);
    }

    @Test
    void sendsTenThousandSourcesWithinTheirMinuteAndHoldsOneEventOfEach() {
        time.advance(Duration.ofSeconds(90));
        started();
        IntStream.range(0, 10_000).forEach(i -> scheduler.put(Sources.source("s" + i, "2 * * * *")));

        time.advance(Duration.ofSeconds(89));

        assertThat(sinks.accepted()).hasSize(10_000);
        assertThat(sinks.accepted().stream().map(CloudEvent::getId)).doesNotHaveDuplicates();
        assertThat(sinks.mostPending()).isLessThanOrEqualTo(10_000);
        assertThat(scheduler.lagging()).isZero();
    }

    @Test
    void aSinkThatIsAwayGetsItsTicksInOrderWhenItIsBack() {
        sinks.goAway("a");
        started().put(Sources.source("a", "* * * * *"));
        scheduler.put(Sources.source("b", "* * * * *"));
        time.advance(Duration.ofMinutes(5).plusSeconds(1));

        assertThat(sinks.ticks("a")).isEmpty();
        assertThat(sinks.ticks("b")).hasSize(6);
        assertThat(scheduler.lagging()).isEqualTo(1);
        assertThat(scheduler.lag()).isEqualTo(Duration.ofMinutes(5).plusSeconds(1));

        sinks.comeBack("a");
        time.advance(Duration.ofSeconds(1));
        assertThat(sinks.ticks("a")).hasSize(6).isSorted();
        assertThat(scheduler.lag()).isZero();
    }

    @Test
    void aChangedSinkGetsWhatThePreviousOneDidNotTake() {
        sinks.goAway("wrong");
        PingSource right = Sources.source("right", "* * * * *");
        started().put(Sources.withSink(right, "wrong"));
        time.advance(Duration.ofMinutes(2));

        scheduler.put(right);
        time.advance(Duration.ofSeconds(1));
        sinks.comeBack("wrong");

        assertThat(sinks.ticks("right")).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void aChangedScheduleHoldsFromTheChange() {
        time.advance(Duration.ofSeconds(30));
        started().put(Sources.source("a", "0 0 * * *"));
        time.advance(MINUTE);
        scheduler.put(Sources.source("a", "*/5 * * * *"));
        time.advance(Duration.ofMinutes(5));

        assertThat(sinks.ticks("a")).containsExactly("a 2026-01-01T00:00Z", "a 2026-01-01T00:05Z");
    }

    @Test
    void anUnchangedSourceKeepsItsPosition() {
        started().put(Sources.source("a", "* * * * *"));
        time.advance(MINUTE);
        scheduler.put(Sources.source("a", "* * * * *"));
        time.advance(MINUTE.plusSeconds(1));

        assertThat(sinks.ticks("a")).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void aRemovedSourceSendsNoMore() {
        sinks.goAway("a");
        started().put(Sources.source("a", "* * * * *"));
        time.advance(MINUTE);
        scheduler.remove("a");
        sinks.comeBack("a");
        time.advance(Duration.ofMinutes(5));

        assertThat(sinks.accepted()).isEmpty();
        assertThat(scheduler.checkpoint().lagging()).isEmpty();
    }

    @Test
    void aNewSourceHasNoTicksBeforeItsCreation() {
        time.advance(Duration.ofSeconds(30));
        started().put(Sources.source("a", "* * * * *", Duration.ofHours(1), time.now()));
        time.advance(MINUTE);

        assertThat(sinks.ticks("a")).containsExactly("a 2026-01-01T00:01Z");
    }

    @Test
    void theNextProcessResumesAfterWhatIsSettled() {
        sinks.goAway("away");
        started().put(Sources.source("away", "* * * * *"));
        scheduler.put(Sources.source("b", "* * * * *"));
        time.advance(Duration.ofMinutes(3).plusSeconds(1));
        scheduler.drain();
        Checkpoint checkpoint = scheduler.checkpoint();
        time.advance(Duration.ofSeconds(30));

        scheduler = process();
        scheduler.restore(checkpoint);
        sinks.comeBack("away");
        sinks.accepted().clear();
        scheduler.put(Sources.source("away", "* * * * *"));
        scheduler.put(Sources.source("b", "* * * * *"));
        time.advance(Duration.ofSeconds(31));

        assertThat(sinks.ticks("away")).hasSize(5).doesNotHaveDuplicates().endsWith("away 2026-01-01T00:04Z");
        assertThat(sinks.ticks("b")).containsExactly("b 2026-01-01T00:04Z");
    }

    @Test
    void aTickThatWasDueDuringAHandoverIsSent() {
        time.advance(Duration.ofSeconds(59));
        Checkpoint checkpoint = new Checkpoint(time.now(), Map.of());
        time.advance(Duration.ofSeconds(55));

        scheduler.restore(checkpoint);
        scheduler.put(Sources.source("a", "* * * * *"));
        time.advance(Duration.ofSeconds(1));

        assertThat(sinks.ticks("a")).containsExactly("a 2026-01-01T00:01Z");
    }

    @Test
    void ticksMissedInADowntimeAreNotSentByDefault() {
        Checkpoint checkpoint = new Checkpoint(time.now(), Map.of());
        time.advance(Duration.ofMinutes(10).plusSeconds(30));

        scheduler.restore(checkpoint);
        scheduler.put(Sources.source("a", "* * * * *"));
        time.advance(Duration.ofSeconds(1));

        assertThat(sinks.ticks("a")).containsExactly("a 2026-01-01T00:10Z");
    }

    @Test
    void catchUpSendsWhatWasMissedInADowntime() {
        Checkpoint checkpoint = new Checkpoint(time.now(), Map.of());
        time.advance(Duration.ofMinutes(10).plusSeconds(30));

        scheduler.restore(checkpoint);
        scheduler.put(Sources.source("a", "* * * * *", Duration.ofMinutes(3), Sources.CREATED));
        time.advance(Duration.ofSeconds(1));

        assertThat(sinks.ticks("a"))
                .containsExactly("a 2026-01-01T00:08Z", "a 2026-01-01T00:09Z", "a 2026-01-01T00:10Z");
    }

    @Test
    void theBacklogOfAnOutageIsSentHoweverLongTheDowntimeWas() {
        PingSource source = Sources.source("a", "* * * * *");
        Checkpoint checkpoint = new Checkpoint(
                after(Duration.ofMinutes(3)), Map.of("a", Lag.of(after(Duration.ofMinutes(1)), source.timetable())));
        time.advance(Duration.ofHours(2));

        scheduler.restore(checkpoint);
        scheduler.put(source);
        time.advance(Duration.ofSeconds(1));

        assertThat(sinks.ticks("a"))
                .containsExactly("a 2026-01-01T00:02Z", "a 2026-01-01T00:03Z", "a 2026-01-01T02:00Z");
    }

    @Test
    void theBacklogOfAnotherScheduleIsNotSent() {
        Lag daily = Lag.of(Sources.CREATED, Sources.source("a", "0 0 * * *").timetable());
        scheduler.restore(new Checkpoint(time.now(), Map.of("a", daily)));
        scheduler.put(Sources.source("a", "* * * * *"));
        time.advance(MINUTE.plusSeconds(1));

        assertThat(sinks.ticks("a")).containsExactly("a 2026-01-01T00:01Z");
    }

    @Test
    void theCheckpointKeepsTheBacklogOfASourceThatIsNotReadYet() {
        Lag lag = new Lag(time.now(), "x");
        scheduler.restore(new Checkpoint(time.now(), Map.of("a", lag, "deleted", lag)));
        assertThat(scheduler.checkpoint().lagging()).containsOnlyKeys("a", "deleted");

        scheduler.retainRestored(List.of("a")::contains);
        assertThat(scheduler.checkpoint().lagging()).containsOnlyKeys("a");
    }

    @Test
    void aClockThatIsSetBackRepeatsNoTick() {
        started().put(Sources.source("a", "* * * * *"));
        time.advance(Duration.ofMinutes(2).plusSeconds(1));
        time.setClockBack(Duration.ofMinutes(2));
        time.advance(Duration.ofMinutes(3));

        assertThat(sinks.ticks("a")).hasSize(4).doesNotHaveDuplicates().endsWith("a 2026-01-01T00:03Z");
    }

    @Test
    void aDrainingSchedulerDispatchesNothing() {
        started().put(Sources.source("a", "* * * * *"));
        scheduler.drain();
        time.advance(Duration.ofMinutes(5));

        assertThat(sinks.accepted()).isEmpty();
        assertThat(scheduler.checkpoint().lagging()).containsOnlyKeys("a");
    }
}
