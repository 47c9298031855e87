package dev.apiserversource.loadtests.truth;

import io.fabric8.kubernetes.api.model.ConfigMap;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Changes that go on while something else happens. Each thread has its own ConfigMaps and takes them in turn; most are updated, every fifth
 * time one is deleted and another one created. What is deleted was created before the load began, so that a watcher knew it whatever it
 * missed afterwards.
 */
public final class SteadyLoad implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int REPLACE_EVERY = 5;

    /**
     * How much is written, and where.
     *
     * @param namespace of the ConfigMaps
     * @param prefix of their names
     * @param oldEach how many ConfigMaps each of four threads may delete in the course of time
     * @param bytes of one state, about
     * @param pause of each thread after a write
     */
    public record Shape(String namespace, String prefix, int oldEach, int bytes, Duration pause) {

        /** A hundred ConfigMaps to delete for each thread, and no pause. */
        public static Shape busy(String namespace, int bytes) {
            return new Shape(namespace, "object-", 100, bytes, Duration.ZERO);
        }
    }

    private final ParallelWrites writes = new ParallelWrites(THREADS);
    private final ConfigMapWriter writer;
    private final Shape shape;
    private final String payload;
    private final List<Lane> lanes;
    private List<Future<?>> running = List.of();
    private volatile boolean stopped;

    /** Creates the ConfigMaps that the load begins with, in {@code namespace}; each state written is about {@code bytes} long. */
    public SteadyLoad(ConfigMapWriter writer, String namespace, int bytes) {
        this(writer, Shape.busy(namespace, bytes));
    }

    /** Creates the ConfigMaps that the load begins with. */
    public SteadyLoad(ConfigMapWriter writer, Shape shape) {
        this.writer = writer;
        this.shape = shape;
        this.payload = "x".repeat(shape.bytes());
        this.lanes = IntStream.range(0, THREADS).mapToObj(Lane::new).toList();
        writes.run(THREADS, lane -> lanes.get(lane).createOld());
    }

    /** Begins to write: as fast as the API server takes it, but for the pauses. */
    public SteadyLoad start() {
        running = writes.start(THREADS, lane -> lanes.get(lane).write());
        return this;
    }

    /** Stops after the write that is under way and waits for it; fails when a write failed. */
    public void stop() {
        stopped = true;
        ParallelWrites.await(running);
    }

    /** Lets the writes under way end: to interrupt them would cost the client its connections. */
    @Override
    public void close() {
        stopped = true;
        writes.finish();
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
            for (int i = 0; i < shape.oldEach(); i++) {
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
                LockSupport.parkNanos(shape.pause().toNanos());
            }
        }

        private void update(Deque<ConfigMap> objects) {
            objects.add(writer.update(objects.remove(), nextState()));
        }

        private ConfigMap create() {
            return writer.create(shape.namespace(), shape.prefix() + number + "-" + turn, nextState());
        }

        private String nextState() {
            return turn++ + payload;
        }
    }
}
