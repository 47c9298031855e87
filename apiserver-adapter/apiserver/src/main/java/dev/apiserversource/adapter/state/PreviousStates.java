package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.PreviousState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;

/**
 * The data of objects in the last state that was read, for resources with {@code previous: Patch}. It is what the next
 * update of the object is compared with.
 *
 * <p>The states of a process are bounded in bytes. Beyond the bound the states that were used least recently are
 * dropped, and the next update of such an object has no previous state. They are not stored: they are unknown after a
 * restart, until the audit lists the objects.
 *
 * <p>Memory: the compressed data, and {@value #ENTRY_BYTES} bytes for each object.
 */
public final class PreviousStates {

    /** Key, map entry and record of one object, measured. */
    static final int ENTRY_BYTES = 300;

    private final long maxBytes;
    private final Map<Key, PreviousState> states = new LinkedHashMap<>(16, 0.75F, true);
    private final Counter dropped;

    /** Null until the first state is kept: it has 270 KB outside of the heap. */
    private @Nullable Deflater compressor;

    private long bytes;

    /** No states yet, and at most {@code maxBytes} bytes of them. */
    public PreviousStates(long maxBytes, MeterRegistry registry) {
        this.maxBytes = maxBytes;
        this.dropped = Counter.builder("apiserversource.previous.states.dropped")
                .description("States that were dropped for lack of room; the next update has no previous state")
                .register(registry);
        Gauge.builder("apiserversource.previous.states", states, Map::size)
                .description("Objects whose last state is kept for the next update")
                .register(registry);
        Gauge.builder("apiserversource.previous.state.bytes", this, kept -> kept.bytes)
                .description("Bytes of these states, compressed")
                .baseUnit("bytes")
                .register(registry);
    }

    /** The states of the objects of one resource, as its streams read them. */
    public OfResource ofResource() {
        return new OfResource(Optional.of(this));
    }

    private record Key(OfResource resource, String uid) {}

    private void put(Key key, String resourceVersion, byte[] data, boolean makesRoom) {
        if (compressor == null) {
            compressor = PreviousState.compressor();
        }
        PreviousState state = PreviousState.of(resourceVersion, data, compressor);
        remove(key);
        if (size(state) > maxBytes || (!makesRoom && bytes + size(state) > maxBytes)) {
            dropped.increment();
            return;
        }
        states.put(key, state);
        bytes += size(state);
        Iterator<PreviousState> leastRecent = states.values().iterator();
        while (bytes > maxBytes) {
            bytes -= size(leastRecent.next());
            leastRecent.remove();
            dropped.increment();
        }
    }

    private void remove(Key key) {
        PreviousState removed = states.remove(key);
        if (removed != null) {
            bytes -= size(removed);
        }
    }

    private static long size(PreviousState state) {
        return state.compressed().length + (long) ENTRY_BYTES;
    }

    /** The states of the objects of one resource. */
    public static final class OfResource {

        /** Updates have no previous state. */
        public static final OfResource NONE = new OfResource(Optional.empty());

        private final Optional<PreviousStates> all;

        private OfResource(Optional<PreviousStates> all) {
            this.all = all;
        }

        /** Whether updates have a previous state. */
        public boolean isUsed() {
            return all.isPresent();
        }

        /** The last state that was read of this very object: unknown, or empty if updates have none. */
        public Optional<PreviousState> of(ObjectMetadata object) {
            return all.map(kept -> kept.states.getOrDefault(key(object), PreviousState.UNKNOWN));
        }

        /** Whether the last state that was read of the object is not known. */
        public boolean lacks(ObjectMetadata object) {
            return all.filter(kept -> !kept.states.containsKey(key(object))).isPresent();
        }

        /** The object was read in this state. */
        public void put(ObjectMetadata object, byte[] data) {
            put(object, data, true);
        }

        /** A list shows the object in this state. It is kept if no other state must be dropped for it. */
        public void learn(ObjectMetadata object, byte[] data) {
            put(object, data, false);
        }

        private void put(ObjectMetadata object, byte[] data, boolean makesRoom) {
            all.ifPresent(kept -> kept.put(key(object), object.resourceVersion(), data, makesRoom));
        }

        /** The object was deleted. */
        public void remove(ObjectMetadata object) {
            all.ifPresent(kept -> kept.remove(key(object)));
        }

        private Key key(ObjectMetadata object) {
            return new Key(this, object.uid());
        }
    }
}
