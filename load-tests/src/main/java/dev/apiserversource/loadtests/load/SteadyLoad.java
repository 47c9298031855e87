package dev.apiserversource.loadtests.load;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A steady load of creates, updates and deletes. Each of four threads has its own objects and writes them in
 * turn. Every fifth write replaces an object: one is deleted and another one created. Only objects that
 * existed before the load are deleted, because the adapter may lose the delete of an object that is younger than
 * its last checkpoint.
 */
public final class SteadyLoad implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int REPLACE_EVERY = 5;

    /**
     * How much is written, and where.
     *
     * @param namespace of the objects
     * @param prefix of their names
     * @param deletableEach how many objects each of four threads may delete
     * @param bytes of one state, about
     * @param pause of each thread after a write
     * @param extras what else is written
     */
    public record Shape(String namespace, String prefix, int deletableEach, int bytes, Duration pause, Extras extras) {

        /** A load without extras. */
        public Shape(String namespace, String prefix, int deletableEach, int bytes, Duration pause) {
            this(namespace, prefix, deletableEach, bytes, pause, Extras.NONE);
        }

        /** The same load with {@code more}. */
        public Shape with(Extras more) {
            return new Shape(namespace, prefix, deletableEach, bytes, pause, more);
        }

        /** The same load of objects with other names. */
        public Shape named(String otherPrefix) {
            return new Shape(namespace, otherPrefix, deletableEach, bytes, pause, extras);
        }

        /** 100 objects to delete for each thread, and no pause. */
        public static Shape busy(String namespace, int bytes) {
            return new Shape(namespace, "object-", 100, bytes, Duration.ZERO);
        }
    }

    /**
     * What a load writes beside its objects.
     *
     * @param idleEach objects that each of four threads creates before the load and never writes again
     * @param shortLived whether each thread also creates objects and deletes them at once
     */
    public record Extras(int idleEach, boolean shortLived) {

        /** Nothing else. */
        public static final Extras NONE = new Extras(0, false);
    }

    private final ParallelWrites writes = new ParallelWrites(THREADS);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ObjectWriter writer;
    private final Shape shape;
    private final String payload;
    private final List<Lane> lanes;
    private List<Future<?>> running = List.of();

    /** Creates the objects that the load begins with, and returns when they exist. */
    public SteadyLoad(ObjectWriter writer, Shape shape) {
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

    /** The objects of one thread. */
    private final class Lane {

        private final int number;
        private final Deque<GenericKubernetesResource> deletable = new ArrayDeque<>();
        private final Deque<GenericKubernetesResource> lasting = new ArrayDeque<>();
        private int turn;

        Lane(int number) {
            this.number = number;
        }

        void prepare() {
            for (int i = 0; i < shape.deletableEach(); i++) {
                deletable.add(create());
            }
            for (int i = 0; i < shape.extras().idleEach(); i++) {
                create("idle-");
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
                if (shape.extras().shortLived()) {
                    writer.delete(create());
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

        private void update(Deque<GenericKubernetesResource> objects) {
            objects.add(writer.updateUnlessGone(objects.remove(), nextState()).orElseGet(this::create));
        }

        private GenericKubernetesResource create() {
            return create("");
        }

        private GenericKubernetesResource create(String role) {
            return writer.create(shape.namespace(), shape.prefix() + role + number + "-" + turn, nextState());
        }

        private String nextState() {
            return turn++ + payload;
        }
    }
}
