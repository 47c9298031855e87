package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** An hour of ticks, while sinks go away, processes are killed or stopped, and writes fail. */
class TickSimulationTest {

    private static final int SOURCES = 8;
    private static final Duration STEP = Duration.ofSeconds(7);
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final SimulatedTime time = new SimulatedTime();
    private final RecordingSinks sinks = new RecordingSinks(time, 3);
    private final StoreInMemory store = new StoreInMemory();
    private Replica process;

    /** The checkpoint as bytes; writes take a moment. */
    private final class StoreInMemory implements CheckpointStore {

        private byte[] stored = new byte[0];
        private boolean failing;

        @Override
        public Future<Optional<Checkpoint>> read() {
            try {
                return Future.succeededFuture(
                        stored.length == 0 ? Optional.empty() : Optional.of(Checkpoint.decode(stored)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Future<Void> write(Checkpoint checkpoint) {
            byte[] bytes = checkpoint.encode();
            if (failing) {
                return Future.failedFuture("in trouble");
            }
            Promise<Void> written = Promise.promise();
            time.after(Duration.ofMillis(50), () -> {
                stored = bytes;
                written.complete();
            });
            return written.future();
        }
    }

    /** One run of the adapter. A killed one does nothing more, and its open sinks take nothing more. */
    private final class Replica {

        private final List<Runnable> closers = new ArrayList<>();
        private final Dispatcher dispatcher;
        private final TickScheduler scheduler;
        private final CheckpointWriter writer;
        private boolean killed;

        Replica() {
            dispatcher = new Dispatcher(
                    event -> Future.succeededFuture(), Sources.settings("unused"), time, new SimpleMeterRegistry());
            scheduler = new TickScheduler(
                    dispatcher,
                    settings -> {
                        var sink = sinks.apply(settings);
                        closers.add(sink::close);
                        return sink;
                    },
                    time,
                    this::changed);
            Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), new Random(1));
            writer = new CheckpointWriter(store, scheduler::checkpoint, time, backoff);
            scheduler.restore(store.read().result().orElseGet(() -> Checkpoint.none(time.now())));
            for (int i = 0; i < SOURCES; i++) {
                scheduler.put(Sources.source("s" + i, "*/" + (1 + i % 3) + " * * * *"));
            }
            writer.start();
        }

        private void changed() {
            if (!killed) {
                writer.changed();
            }
        }

        void kill() {
            killed = true;
            scheduler.drain();
            closers.forEach(Runnable::run);
        }

        void stop() {
            scheduler.drain();
            Future<Integer> drained = dispatcher.drain(Duration.ofSeconds(1));
            time.advance(Duration.ofSeconds(1));
            assertThat(drained.isComplete()).isTrue();
            writer.close();
            time.advance(Duration.ofMillis(100));
            kill();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noTickIsLostAndEachHasOneId(int seed) {
        Random random = new Random(seed);
        process = new Replica();
        while (time.now().isBefore(BEGIN.plus(Duration.ofHours(1)))) {
            time.advance(STEP);
            act(random);
        }
        store.failing = false;
        for (int i = 0; i < SOURCES; i++) {
            sinks.comeBack("s" + i);
        }
        time.advance(Duration.ofMinutes(2));

        Set<String> sent = new HashSet<>(sinks.ticks());
        assertThat(sent).containsAll(expected(time.now().minus(Duration.ofSeconds(5))));
        assertThat(sinks.accepted().stream().map(CloudEvent::getId).distinct()).hasSize(sent.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void stopsRepeatNothing(int seed) {
        Random random = new Random(seed);
        process = new Replica();
        while (time.now().isBefore(BEGIN.plus(Duration.ofHours(1)))) {
            time.advance(STEP);
            if (random.nextInt(10) == 0) {
                process.stop();
                time.advance(Duration.ofSeconds(random.nextInt(20)));
                process = new Replica();
            }
        }
        time.advance(Duration.ofMinutes(2));

        assertThat(sinks.ticks())
                .doesNotHaveDuplicates()
                .containsAll(expected(time.now().minus(Duration.ofSeconds(5))));
    }

    private void act(Random random) {
        String host = "s" + random.nextInt(SOURCES);
        switch (random.nextInt(12)) {
            case 0, 1 -> sinks.goAway(host);
            case 2, 3, 4 -> sinks.comeBack(host);
            case 5 -> restart(random);
            case 6 -> store.failing = random.nextBoolean();
            default -> {}
        }
    }

    /** A downtime of less than a minute is a handover. A failing store may have an old checkpoint. */
    private void restart(Random random) {
        if (store.failing) {
            return;
        }
        if (random.nextBoolean()) {
            process.kill();
        } else {
            process.stop();
        }
        time.advance(Duration.ofSeconds(random.nextInt(25)));
        process = new Replica();
    }

    private static List<String> expected(Instant until) {
        List<String> ticks = new ArrayList<>();
        for (int i = 0; i < SOURCES; i++) {
            Schedule schedule = Schedules.parse("*/" + (1 + i % 3) + " * * * *", "", BEGIN);
            for (Instant tick = BEGIN;
                    tick.isBefore(until);
                    tick = schedule.next(tick).orElseThrow()) {
                ticks.add("s" + i + " " + tick.atOffset(ZoneOffset.UTC));
            }
        }
        return ticks;
    }
}
