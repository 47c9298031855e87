package dev.apiserversource.ping;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import dev.apiserversource.ping.Checkpoint.Lag;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class CheckpointWriterTest {

    private final SimulatedTime time = new SimulatedTime();
    private final List<Promise<Void>> writes = new ArrayList<>();
    private Map<String, Lag> lagging = Map.of();
    private final CheckpointWriter writer = new CheckpointWriter(
            new CheckpointStore() {
                @Override
                public Future<Optional<Checkpoint>> read() {
                    return Future.succeededFuture(Optional.empty());
                }

                @Override
                public Future<Void> write(Checkpoint checkpoint) {
                    writes.add(Promise.promise());
                    return writes.get(writes.size() - 1).future();
                }
            },
            () -> new Checkpoint(time.now(), lagging),
            time,
            new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1), () -> 0));

    /** With the first write, at the start, completed. */
    private void started() {
        writer.start();
        seconds(1);
        writes.get(0).complete();
        seconds(5);
        writes.clear();
    }

    private void seconds(int seconds) {
        time.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void writesNothingBeforeTheStart() {
        writer.changed();
        seconds(60);
        assertThat(writer.close().succeeded()).isTrue();
        assertThat(writes).isEmpty();
    }

    @Test
    void writesASecondAfterTheStart() {
        writer.start();
        seconds(1);
        assertThat(writes).hasSize(1);
    }

    @Test
    void writesASecondAfterTheFirstChange() {
        started();
        writer.changed();
        writer.changed();
        assertThat(writes).isEmpty();
        seconds(1);
        assertThat(writes).hasSize(1);
    }

    @Test
    void writesNothingWhileNothingChanges() {
        started();
        writer.changed();
        seconds(1);
        writes.get(0).complete();
        seconds(3_600);
        assertThat(writes).hasSize(1);
    }

    @Test
    void writesAtMostEveryFiveSeconds() {
        started();
        writer.changed();
        seconds(1);
        writes.get(0).complete();
        for (int i = 0; i < 10; i++) {
            writer.changed();
            seconds(1);
            writes.forEach(Promise::tryComplete);
        }
        assertThat(writes).hasSize(3);
    }

    @Test
    void writesOneAtATimeAndWhatChangedMeanwhileAfterwards() {
        started();
        writer.changed();
        seconds(1);
        writer.changed();
        seconds(60);
        assertThat(writes).hasSize(1);

        writes.get(0).complete();
        seconds(5);
        assertThat(writes).hasSize(2);
    }

    @Test
    void writesEveryHalfMinuteWhileSourcesLag() {
        started();
        lagging = Map.of("a", new Lag(time.now(), "x"));
        writer.changed();
        seconds(1);
        writes.get(0).complete();
        seconds(29);
        assertThat(writes).hasSize(1);
        seconds(1);
        assertThat(writes).hasSize(2);
    }

    @Test
    void retriesAFailedWrite() {
        started();
        writer.changed();
        seconds(1);
        writes.get(0).fail("in trouble");
        seconds(9);
        assertThat(writes).hasSize(1);
        seconds(1);
        assertThat(writes).hasSize(2);
    }

    @Test
    void theLastWriteFollowsTheOneUnderWay() {
        started();
        writer.changed();
        seconds(1);
        Future<Void> closed = writer.close();
        assertThat(writes).hasSize(1);

        writes.get(0).fail("cut");
        assertThat(writes).hasSize(2);
        assertThat(closed.isComplete()).isFalse();
        writes.get(1).complete();
        assertThat(closed.succeeded()).isTrue();
        seconds(3_600);
        assertThat(writes).hasSize(2);
    }

    @Test
    void theLastWriteIsGivenUpAfterFourSeconds() {
        started();
        Future<Void> closed = writer.close();
        seconds(4);
        assertThat(closed.succeeded()).isTrue();
    }
}
