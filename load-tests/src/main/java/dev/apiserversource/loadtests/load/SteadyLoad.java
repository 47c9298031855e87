package dev.apiserversource.loadtests.load;

import io.fabric8.kubernetes.api.model.ConfigMap;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A steady load of creates, updates and deletes. Each of four threads has its own ConfigMaps and writes them in
 * turn. Every fifth write replaces a ConfigMap: one is deleted and another one created. Only ConfigMaps that
 * existed before the load are deleted, because the adapter may lose the delete of an object that is younger than
 * its last checkpoint.
 */
public final class SteadyLoad implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int REPLACE_EVERY = 5;

    /**
     * How much is written, and where.
     *
     * @param namespace of the ConfigMaps
     * @param prefix of their names
     * @param deletableEach how many ConfigMaps each of four threads may delete
     * @param bytes of one state, about
     * @param pause of each thread after a write
     */
    public record Shape(String namespace, String prefix, int deletableEach, int bytes, Duration pause) {

        /** 100 ConfigMaps to delete for each thread, and no pause. */
        public static Shape busy(String namespace, int bytes) {
            return new Shape(namespace, "object-", 100, bytes, Duration.ZERO);
        }
    }

    private final ParallelWrites writes = new ParallelWrites(THREADS);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ConfigMapWriter writer;
    private final Shape shape;
    private final String payload;
    private final List<Lane> lanes;
    private List<Future<?>> running = List.of();

    /** Creates the ConfigMaps that the load begins with, and returns when they exist. */
    public SteadyLoad(ConfigMapWriter writer, Shape shape) {
        this.writer = writer;
        this.shape = shape;
        this.payload = "x".repeat(shape.bytes());
        this.lanes = IntStream.range(0, THREADS).mapToObj(Lane::new).toList();
        writes.run(THREADS, lane -> lanes.get(lane).prepare());
    }

    /** Starts writing: as fast as the API server allows, apart from the pauses. */
    public SteadyLoad start() {
        running = writes.start(THREADS, lane -> lanes.get(lane).write());
        return this;
    }

    /** Stops after the current writes and waits for them; fails when a write failed. */
    public void stop() {
        stopped.countDown();
        ParallelWrites.await(running);
    }

    /** Waits for the current writes: an interrupted write would close the client's connection. */
    @Override
    public void close() {
        stopped.countDown();
        writes.finish();
    }

    /** The ConfigMaps of one thread. */
    private final class Lane {

        private final int number;
        private final Deque<ConfigMap> deletable = new ArrayDeque<>();
        private final Deque<ConfigMap> lasting = new ArrayDeque<>();
        private int turn;

        Lane(int number) {
            this.number = number;
        }

        void prepare() {
            for (int i = 0; i < shape.deletableEach(); i++) {
                deletable.add(create());
            }
            lasting.add(create()); // Never deleted, so there is always one to update.
        }

        void write() {
            do {
                if (turn % REPLACE_EVERY == 0 && !deletable.isEmpty()) {
                    writer.delete(deletable.remove());
                    lasting.add(create());
                } else {
                    update(deletable.isEmpty() || turn % 2 == 0 ? lasting : deletable);
                }
            } while (!stoppedWithin(shape.pause()));
        }

        private boolean stoppedWithin(Duration pause) {
            try {
                return stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
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
