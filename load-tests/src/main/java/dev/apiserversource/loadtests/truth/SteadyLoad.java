package dev.apiserversource.loadtests.truth;

import io.fabric8.kubernetes.api.model.ConfigMap;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Changes that go on while something else happens. Each thread has its own ConfigMaps and takes them in turn; most are updated, every fifth
 * time one is deleted and another one created. What is deleted was created before the load began, so that a watcher knew it whatever it
 * missed afterwards.
 */
public final class SteadyLoad implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int OLD_EACH = 100;
    private static final int REPLACE_EVERY = 5;

    private final ParallelWrites writes = new ParallelWrites(THREADS);
    private final ConfigMapWriter writer;
    private final String namespace;
    private final String payload;
    private final List<Lane> lanes;
    private List<Future<?>> running = List.of();
    private volatile boolean stopped;

    /** Creates the ConfigMaps that the load begins with, in {@code namespace}; each state written is about {@code bytes} long. */
    public SteadyLoad(ConfigMapWriter writer, String namespace, int bytes) {
        this.writer = writer;
        this.namespace = namespace;
        this.payload = "x".repeat(bytes);
        this.lanes = IntStream.range(0, THREADS).mapToObj(Lane::new).toList();
        writes.run(THREADS, lane -> lanes.get(lane).createOld());
    }

    /** Begins to write as fast as the API server takes it. */
    public SteadyLoad start() {
        running = writes.start(THREADS, lane -> lanes.get(lane).write());
        return this;
    }

    /** Stops after the write that is under way and waits for it; fails when a write failed. */
    public void stop() {
        stopped = true;
        ParallelWrites.await(running);
    }

    @Override
    public void close() {
        stopped = true;
        writes.close();
    }

    /** What one thread writes. */
    private final class Lane {

        private final int number;
        private final Deque<ConfigMap> deletable = new ArrayDeque<>();
        private final Deque<ConfigMap> lasting = new ArrayDeque<>();
        private int turn;

        Lane(int number) {
            this.number = number;
        }

        void createOld() {
            for (int i = 0; i < OLD_EACH; i++) {
                deletable.add(create());
            }
            // Some are never deleted, so that there is always something to update.
            lasting.add(create());
        }

        void write() {
            while (!stopped) {
                if (turn % REPLACE_EVERY == 0 && !deletable.isEmpty()) {
                    writer.delete(deletable.remove());
                    lasting.add(create());
                } else {
                    update(deletable.isEmpty() || turn % 2 == 0 ? lasting : deletable);
                }
            }
        }

        private void update(Deque<ConfigMap> objects) {
            objects.add(writer.update(objects.remove(), nextState()));
        }

        private ConfigMap create() {
            return writer.create(namespace, "object-" + number + "-" + turn, nextState());
        }

        private String nextState() {
            return turn++ + payload;
        }
    }
}
