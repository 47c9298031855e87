package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.StreamEnvironment;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.adapter.watch.WatchManager;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** An adapter between an API server and a slow sink that keeps order per object, until it is killed: then nothing of it happens any more. */
final class SimulatedProcess implements ChangeListener, Capacity, Timers {

    static final int MOST_HELD = 4;

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Checkpoint checkpoint;
    final WatchManager streams;
    private final Timers world;
    private final SplittableRandom random;
    private final BiPredicate<Change, SimulatedProcess> sink;
    private final Map<String, Queue<Held>> held = new HashMap<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    final Map<String, Instant> firstRead = new HashMap<>();
    final List<Gap> gaps = new ArrayList<>();
    Predicate<Gap> takesGaps = gap -> true;
    private boolean dead;

    private record Held(Change change, Runnable settled) {}

    /** A process that hands its changes to {@code sink}, which takes one or does not, until it does. */
    SimulatedProcess(
            ApiClient api,
            ConfigMapStore store,
            Timers world,
            SplittableRandom random,
            boolean existing,
            BiPredicate<Change, SimulatedProcess> sink) {
        this.world = world;
        this.random = random;
        this.sink = sink;
        Selection selection = new Selection(
                List.of(new RequestedResource("", "v1", "configmaps", "")), List.of("ns"), false, false, existing);
        this.checkpoint = new Checkpoints(this, random.split(), registry).stored("kept", "ns", selection, store);
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random.split());
        StreamSettings settings =
                new StreamSettings(Duration.ofSeconds(20), Duration.ofSeconds(30), 3, 1, backoff, random.split());
        this.streams = new WatchManager(
                selection,
                object -> true,
                this,
                new StreamEnvironment(mortal(api), this, this, settings, registry, checkpoint));
    }

    SimulatedProcess start() {
        checkpoint.load(why -> {}).onSuccess(loaded -> streams.start());
        return this;
    }

    void kill() {
        dead = true;
    }

    void stop() {
        streams.stop();
        checkpoint.close();
    }

    boolean isReady() {
        return streams.allOpen() && checkpoint.isReady();
    }

    int held() {
        return held.values().stream().mapToInt(Queue::size).sum();
    }

    double relists(String reason) {
        return Optional.ofNullable(registry.find("apiserversource.relists")
                        .tag("reason", reason)
                        .counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    @Override
    public void changed(Change change) {
        firstRead.putIfAbsent(change.object().uid(), now());
        Runnable settled = checkpoint.enter(change);
        Queue<Held> ofObject = held.computeIfAbsent(change.object().name(), name -> new ArrayDeque<>());
        ofObject.add(new Held(change, settled));
        if (ofObject.size() == 1) {
            attempt(ofObject);
        }
    }

    private void attempt(Queue<Held> ofObject) {
        after(Duration.ofMillis(random.nextInt(300)), () -> {
            if (!sink.test(ofObject.element().change(), this)) {
                attempt(ofObject);
                return;
            }
            // The sink has it; the answer is on its way.
            after(Duration.ofMillis(random.nextInt(50)), () -> answered(ofObject));
        });
    }

    private void answered(Queue<Held> ofObject) {
        ofObject.remove().settled().run();
        if (!ofObject.isEmpty()) {
            attempt(ofObject);
        }
        for (int i = waiting.size(); i > 0 && available(); i--) {
            waiting.remove().run();
        }
    }

    @Override
    public void missed(WatchTarget target, Gap gap) {
        gaps.add(gap);
        Runnable settled = checkpoint.enter(target, gap);
        attempt(gap, settled);
    }

    private void attempt(Gap gap, Runnable settled) {
        after(Duration.ofMillis(random.nextInt(300)), () -> {
            if (!takesGaps.test(gap)) {
                attempt(gap, settled);
                return;
            }
            after(Duration.ofMillis(random.nextInt(50)), settled);
        });
    }

    @Override
    public void refused(String why) {}

    @Override
    public boolean available() {
        return held() < MOST_HELD;
    }

    @Override
    public void whenAvailable(Runnable action) {
        waiting.add(action);
    }

    @Override
    public Instant now() {
        return world.now();
    }

    @Override
    public Duration uptime() {
        return world.uptime();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        return world.after(delay, () -> {
            if (!dead) {
                action.run();
            }
        });
    }

    private ApiClient mortal(ApiClient api) {
        return (request, answer) -> api.get(request, new MortalAnswer(answer));
    }

    /** Hears nothing when the process is dead. */
    private final class MortalAnswer implements ApiClient.Answer {

        private final ApiClient.Answer answer;

        MortalAnswer(ApiClient.Answer answer) {
            this.answer = answer;
        }

        @Override
        public void head(int status, Optional<Duration> retryAfter) {
            alive(() -> answer.head(status, retryAfter));
        }

        @Override
        public void chunk(byte[] bytes) {
            alive(() -> answer.chunk(bytes));
        }

        @Override
        public void end() {
            alive(answer::end);
        }

        @Override
        public void failed(Throwable cause) {
            alive(() -> answer.failed(cause));
        }

        private void alive(Runnable action) {
            if (!dead) {
                action.run();
            }
        }
    }
}
